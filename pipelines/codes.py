"""The codes of the forms in the order of the printed tables; what only the 2019 form has, last."""

from __future__ import annotations

from pipelines.report import APPLICANTS, RESULTS, ROUTES

OUTCOMES = (
    "received",
    "carried_over",
    "granted",
    "partly_granted",
    "refused_state_secret",
    "refused_law_prohibits",
    "refused_security_stability",
    "refused_third_party",
    "refused_internal",
    "refused_process",
    "refused_enforcement_file",
    "refused_administrative_query",
    "unavailable_not_held",
    "unavailable_not_compiled",
    "unavailable_unclear",
    "unprocessed_petition",
    "unprocessed_repeated",
    "unprocessed_publication",
    "unprocessed_excessive",
    "unprocessed_reconfirmation",
    "closed_not_corrected",
    "closed_fee_unpaid",
    "closed_other",
    "other",
    "total",
    "carried_forward",
)
DISCLOSURE = (
    *(
        (item, m)
        for item in ("regulations", "normative_documents")
        for m in ("issued", "repealed", "in_force")
    ),
    *((item, "decisions") for item in ("licences", "penalties", "coercion")),
    ("fees", "amount"),
    *(
        (item, m)
        for item in ("regulations", "normative_documents")
        for m in ("created", "newly_published", "published_total")
    ),
    *(
        (item, m)
        for item in ("licences", "other_services", "penalties", "coercion")
        for m in ("items_last_year", "items_change")
    ),
    ("other_services", "decisions"),
    ("fees", "items_last_year"),
    ("fees", "items_change"),
    ("procurement", "projects"),
    ("procurement", "amount"),
)
__all__ = ["APPLICANTS", "DISCLOSURE", "OUTCOMES", "RESULTS", "ROUTES"]
