"""Front door of the web interface: `streamlit run app.py`, or `kb serve`. The pages are in kb/ui."""

import streamlit as st

from kb.ui.common import FAVICON

st.set_page_config(page_title="Mission knowledge base", page_icon=FAVICON, layout="centered")
st.logo(FAVICON, size="large")
pages = [
    st.Page("kb/ui/ask.py", title="Ask", icon=":material/forum:", default=True),
    st.Page("kb/ui/search.py", title="Search", icon=":material/search:"),
    st.Page("kb/ui/entities.py", title="Entities", icon=":material/hub:"),
    st.Page("kb/ui/entity.py", title="Entity", icon=":material/hub:", visibility="hidden"),
    st.Page("kb/ui/map.py", title="Map", icon=":material/map:"),
    st.Page("kb/ui/documents.py", title="Documents", icon=":material/library_books:"),
]
st.navigation(pages).run()
