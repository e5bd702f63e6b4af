"""What people decide, on any page: who decides, the decision kept, said and undone, and a wrong field set right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

import kb
from kb.review import login
from kb.ui.common import base, clean, entities, plain, problem, read

_NAME, _SAME = "Its name", "It is the same as another one"
_FIELDS = {"Its kind": "kind", "Its role": "role", "Its level": "level"}
_KINDS = {"project": "a project", "organisation": "an organisation", "place": "a place", "person": "a person"}
_LEVELS = ("country", "region", "district", "settlement")
_ROLES = {
    "donor": "donor",
    "partner": "partner",
    "government": "government",
    "un_agency": "UN agency",
    "ngo": "NGO",
    "": "none of these",
}
_OF_ACTIVITY = {
    "Type": "type",
    "Title": "title",
    "First day": "start",
    "Last day": "end",
    "Status": "status",
    "It is no activity": "removed",
}
_STATUS = ("done", "ongoing", "planned")


def who(key: str) -> str:
    """The name that decisions are kept under; asked once, remembered for the visit."""
    typed = st.text_input(
        "Your name", value=st.session_state.get("who", ""), key=f"who-{key}", max_chars=80, placeholder=login(),
        help="Kept with each decision, so that others can ask you. Left empty, it is the name of this computer's user.",
    )  # fmt: skip
    st.session_state["who"] = typed.strip()
    return str(st.session_state["who"])


def decide(make: Callable[[], Mapping[str, Any]]) -> None:
    """Makes a decision; then the page says what was kept and offers to undo it. An error stays below the button."""
    try:
        with st.spinner("Keeping the decision, and bringing the ledger up to it"):
            made = make()
    except kb.KBError as error:
        problem(error)
        return
    st.session_state["decided"] = {"id": made["id"], "says": made["says"]}
    st.rerun()


def said() -> None:
    """The decision made just now, until something else is done."""
    if not (made := st.session_state.get("decided")):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check_circle: Kept: {plain(made['says'], 300)}")
        if st.button("Undo", key="undo-last", icon=":material/undo:"):
            decide(lambda: base().undo(made["id"], who=st.session_state.get("who", "")))
        if st.button("Close this message", key="close-last", type="tertiary", icon=":material/close:"):
            del st.session_state["decided"]
            st.rerun()


def why(key: str) -> str:
    """A reason, which may be left out."""
    return str(st.text_input("Reason", key=f"why-{key}", max_chars=300, placeholder="May be left empty")).strip()  # fmt: skip


@st.dialog("Set this right")
def correct_entity(entity: dict[str, Any]) -> None:
    """Asks what is wrong with an entity, and keeps it as a rule."""
    st.text(clean(entity["name"]))
    st.caption(
        "No document is changed. The correction holds for documents to come, and can be undone under Review."
    )
    fields = [_NAME, _SAME, *(f for f in _FIELDS if _fits(f, entity["kind"]))]
    wrong = st.selectbox("What is wrong", fields, key="wrong")
    id = entity["id"]
    value: str | None
    if wrong == _NAME:
        value = st.text_input("It is called", value=entity["name"], max_chars=200, key="value-name")
    elif wrong == _SAME:
        names = {e["id"]: e["name"] for e in entities(entity["kind"]) if e["id"] != id}
        value = st.selectbox(
            "It is the same as", list(names), index=None, format_func=lambda i: clean(names[i]), key="value-same",
            placeholder="Choose" if names else "There is no other one of its kind",
        )  # fmt: skip
    elif wrong == "Its kind":
        others = [k for k in _KINDS if k != entity["kind"]]
        value = st.selectbox("It is", others, format_func=_KINDS.__getitem__, key="value-kind")
    elif wrong == "Its role":
        value = st.selectbox("Its role is", list(_ROLES), format_func=_ROLES.__getitem__, key="value-role")
    else:
        value = st.selectbox("It is a", _LEVELS, key="value-level")
    _save(
        value,
        lambda to, name, reason: (
            base().rename(id, to, who=name, why=reason)
            if wrong == _NAME
            else base().merge(id, to, who=name, why=reason)
            if wrong == _SAME
            else base().correct(id, _FIELDS[wrong], to, who=name, why=reason)
        ),
    )


def _fits(field: str, kind: str) -> bool:
    return field not in ("Its role", "Its level") or (field, kind) in (
        ("Its role", "organisation"),
        ("Its level", "place"),
    )


@st.dialog("Set this activity right")
def correct_activity(activity: dict[str, Any]) -> None:
    """Asks what is wrong with an activity, and keeps it as a rule."""
    st.text(clean(activity["quote"]))
    st.caption(
        "No document is changed. The correction holds after another reading, and can be undone under Review."
    )
    field = _OF_ACTIVITY[st.selectbox("What is wrong", list(_OF_ACTIVITY), key="wrong-activity")]
    value: str | None
    if field == "type":
        types = read("activity_types")
        at = types.index(activity["type"]) if activity["type"] in types else None
        value = st.selectbox("Type", types, index=at, format_func=clean, key="value-type")
    elif field == "status":
        at = _STATUS.index(activity["status"]) if activity["status"] in _STATUS else 0
        value = st.selectbox("Status", _STATUS, index=at, key="value-status")
    elif field == "removed":
        st.write("The sentence tells of no activity. It leaves the ledger; the document keeps it.")
        value = "yes"
    elif field == "title":
        value = st.text_input("Title", value=activity["title"], max_chars=200, key="value-title")
    else:
        value = st.text_input(
            "Date", value=activity[f"date_{field}"], key=f"value-{field}", max_chars=10, placeholder="2012, 2012-09 or 2012-09-25"
        )  # fmt: skip
    _save(value, lambda to, name, reason: base().correct(activity["id"], field, to, who=name, why=reason))


def _save(value: str | None, make: Callable[[str, str, str], Mapping[str, Any]]) -> None:
    """The end of a dialog: who, why, and the button."""
    name, reason = who("dialog"), why("dialog")
    if st.button("Keep this", type="primary", icon=":material/check:", disabled=value is None):
        decide(lambda: make((value or "").strip(), name, reason))
