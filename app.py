"""Front door of the web interface: `streamlit run app.py`, or `kb serve`. The pages are in kb/ui."""

import streamlit as st

from kb.ui.common import FAVICON

# Before the navigation, which would else fetch the icon of a page from a server of Google's as the tab's.
st.set_page_config(page_title="Mission knowledge base", page_icon=FAVICON, layout="centered")
st.logo(FAVICON, size="large")
pages = [
    st.Page("kb/ui/ask.py", title="Ask", icon=":material/forum:", default=True),
    st.Page("kb/ui/search.py", title="Search", icon=":material/search:"),
    st.Page("kb/ui/entities.py", title="Entities", icon=":material/hub:"),
    st.Page("kb/ui/entity.py", title="Entity", icon=":material/hub:", visibility="hidden"),
    st.Page("kb/ui/crossref.py", title="Cross-reference", icon=":material/timeline:"),
    st.Page("kb/ui/proposal.py", title="Proposal desk", icon=":material/edit_document:"),
    st.Page("kb/ui/onboarding.py", title="Briefing", icon=":material/menu_book:"),
    st.Page("kb/ui/map.py", title="Map", icon=":material/map:"),
    st.Page("kb/ui/documents.py", title="Documents", icon=":material/library_books:"),
    st.Page("kb/ui/news.py", title="What is new", icon=":material/fiber_new:"),
    st.Page("kb/ui/review.py", title="Review", icon=":material/rule:"),
    st.Page("kb/ui/doubtful.py", title="Pages to check", icon=":material/document_scanner:"),
]
page = st.navigation(pages)
st.set_page_config(page_title=f"{page.title} – Mission knowledge base", page_icon=FAVICON)
page.run()
