"""The article that the diary was built from, and the sources that it is measured against.

The article is kept as paraphrase only, with the paragraph each statement comes from. A source is cited by its
key. Left out on purpose: the vitamin K2 trial of 2024, which is reported as retracted and replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from episodes.article.marks import gettext_noop as _

SourceKind = Literal[
    "trial", "review", "survey", "case-control", "laboratory", "criteria", "guidance", "charity"
]


@dataclass(frozen=True)
class Article:
    """What is known about the article itself. None = the text does not say."""

    title: str
    author: str | None
    published: str | None
    references: int
    paragraphs: int


@dataclass(frozen=True)
class ArticlePlace:
    """Where in the article something stands: blocks between blank lines, the title is number 1."""

    paragraph: int


@dataclass(frozen=True)
class Citation:
    """One source. identifier: a DOI, a PubMed or PMC number, or an address; url opens it."""

    key: str
    source: str
    about: str
    year: int | None
    identifier: str
    url: str
    kind: SourceKind


ARTICLE = Article(
    title="These Are The Reasons You Get Leg Cramps At Night",
    author=None,
    published=None,
    references=0,
    paragraphs=10,
)


def _doi(key: str, source: str, about: str, year: int, doi: str, kind: SourceKind) -> Citation:
    return Citation(key, source, about, year, f"doi:{doi}", f"https://doi.org/{doi}", kind)


def _pubmed(key: str, source: str, about: str, year: int, number: int, kind: SourceKind) -> Citation:
    return Citation(
        key, source, about, year, f"PMID {number}", f"https://pubmed.ncbi.nlm.nih.gov/{number}/", kind
    )


def _page(key: str, source: str, about: str, year: int | None, url: str, kind: SourceKind) -> Citation:
    return Citation(key, source, about, year, url, url, kind)


_ALL = (
    _pubmed(
        "naylor_1994",
        "Naylor and Young, Age and Ageing",
        _("one general practice, 233 answers"),
        1994,
        7825490,
        "survey",
    ),
    _doi(
        "maisonneuve_2016",
        "Maisonneuve and others, BMC Family Practice",
        _("516 patients over 60 in France"),
        2016,
        "10.1186/s12875-016-0509-9",
        "survey",
    ),
    _doi(
        "grandner_2017",
        "Grandner and Winkelman, PLoS ONE",
        _("a survey of adults in the United States"),
        2017,
        "10.1371/journal.pone.0178465",
        "survey",
    ),
    _page(
        "clinic_survey_2023",
        "Annals of Family Medicine 21:440",
        _("294 patients of one clinic"),
        2023,
        "https://www.annfammed.org/content/21/5/440",
        "survey",
    ),
    _page(
        "delacour_2018",
        "Delacour and others, Annals of Family Medicine 16:296",
        _("alcohol, people over 60"),
        2018,
        "https://www.annfammed.org/content/16/4/296",
        "case-control",
    ),
    _doi(
        "delacour_2020",
        "Delacour and others, Scientific Reports",
        _("activity, 136 pairs of people over 60"),
        2020,
        "10.1038/s41598-020-59312-9",
        "case-control",
    ),
    _doi(
        "bahk_2012",
        "Bahk and others, Ergonomics",
        _("standing at work, 2,165 workers in Korea"),
        2012,
        "10.1080/00140139.2011.582957",
        "survey",
    ),
    _doi(
        "hallegraeff_2017",
        "Hallegraeff and others, BMC Family Practice",
        _("seven features of night leg cramps"),
        2017,
        "10.1186/s12875-017-0600-x",
        "review",
    ),
    _pubmed(
        "hallegraeff_2012",
        "Hallegraeff and others, Journal of Physiotherapy",
        _("stretching before sleep, 80 people"),
        2012,
        22341378,
        "trial",
    ),
    _pubmed(
        "coppin_2005",
        "Coppin and others, British Journal of General Practice",
        _("calf stretching, 191 people"),
        2005,
        15808033,
        "trial",
    ),
    _doi(
        "cochrane_non_drug_2021",
        "Hawke and others, Cochrane review",
        _("treatment without medicines"),
        2021,
        "10.1002/14651858.CD008496.pub3",
        "review",
    ),
    _doi(
        "rabbitt_2016",
        "Rabbitt and others, Age and Ageing",
        _("night leg cramps in older people"),
        2016,
        "10.1093/ageing/afw139",
        "review",
    ),
    _page(
        "blyton_2012",
        "Blyton and others, Journal of Foot and Ankle Research",
        _("80 people with weekly cramps"),
        2012,
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC3361473",
        "survey",
    ),
    _doi(
        "irlssg_2014",
        "Allen and others, Sleep Medicine",
        _("how restless legs is recognised"),
        2014,
        "10.1016/j.sleep.2014.03.025",
        "criteria",
    ),
    _page(
        "restless_legs_pain",
        "European Respiratory Review, table of criteria",
        _("pain in restless legs"),
        None,
        "https://err.ersjournals.com/highwire/markup/15135/expansion",
        "review",
    ),
    _doi(
        "mansouri_2019",
        "Mansouri and others, Shiraz E-Medical Journal",
        _("439 women in late pregnancy"),
        2019,
        "10.5812/semj.84279",
        "survey",
    ),
    _doi(
        "miller_2010",
        "Miller and others, Medicine and Science in Sports and Exercise",
        _("ten men, cramps set off by current"),
        2010,
        "10.1249/MSS.0b013e3181dd5e3a",
        "laboratory",
    ),
    _doi(
        "jahromi_2024",
        "Mohamadi Jahromi and others, Journal of Acupuncture and Meridian Studies",
        _("50 people on dialysis"),
        2024,
        "10.51507/j.jams.2024.17.2.47",
        "trial",
    ),
    _pubmed(
        "garrison_2012",
        "Garrison and others, Archives of Internal Medicine",
        _("medicines started before cramps"),
        2012,
        22157068,
        "survey",
    ),
    _page(
        "parkinsons_uk",
        "Parkinson's UK",
        _("cramps and dystonia"),
        None,
        "https://www.parkinsons.org.uk/information-and-support/muscle-cramps-and-dystonia",
        "charity",
    ),
    _page(
        "nhs_leg_cramps",
        "NHS, leg cramps",
        _("advice for patients"),
        None,
        "https://www.nhs.uk/conditions/leg-cramps/",
        "guidance",
    ),
    _page(
        "nhs_inform",
        "NHS inform (Scotland), leg cramps",
        _("advice for patients"),
        None,
        "https://www.nhsinform.scot/illnesses-and-conditions/muscle-bone-and-joints/conditions/leg-cramps",
        "guidance",
    ),
    _page(
        "nidirect",
        "nidirect (Northern Ireland), leg cramps",
        _("advice for patients"),
        None,
        "https://www.nidirect.gov.uk/conditions/leg-cramps",
        "guidance",
    ),
    _page(
        "nhs_clot",
        "NHS, deep vein thrombosis",
        _("signs of a blood clot in the leg"),
        None,
        "https://www.nhs.uk/conditions/deep-vein-thrombosis-dvt/",
        "guidance",
    ),
    _page(
        "nhs_wales_clot",
        "NHS Wales, Healthier Together",
        _("blood clots in pregnancy and after birth"),
        None,
        "https://abbhealthiertogether.cymru.nhs.uk/pregnant-women/after-you-have-had-your-baby-2/"
        "pain-your-calf-thigh-groin-or-when-you-breathe-dvt-or-pe",
        "guidance",
    ),
    _page(
        "cks_leg_cramps",
        "NICE Clinical Knowledge Summary, leg cramps",
        _("advice for doctors"),
        2012,
        "https://cks.nice.org.uk/topics/leg-cramps/",
        "guidance",
    ),
)

CITATIONS: dict[str, Citation] = {citation.key: citation for citation in _ALL}
if len(CITATIONS) != len(_ALL):
    raise ValueError("Two sources share a key.")
