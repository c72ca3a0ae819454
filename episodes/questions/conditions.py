"""Long-term facts that matter for leg cramps and restless legs: conditions and medicines.

They are recorded for the talk with a clinician. Nothing here says that one of them brings cramps on, and
nothing advises to start or stop a medicine.
"""

from __future__ import annotations

from dataclasses import dataclass

from episodes.article.marks import gettext_noop as _


@dataclass(frozen=True)
class LongTermCondition:
    key: str
    label: str
    has_due_date: bool = False
    refuses_heat: bool = False  # warmth is not felt well enough to be safe


@dataclass(frozen=True)
class DrugClass:
    key: str
    label: str
    examples: str  # names a patient may find on the box; empty where the label says enough


CONDITIONS: tuple[LongTermCondition, ...] = (
    LongTermCondition("pregnancy", _("Pregnancy"), has_due_date=True, refuses_heat=True),
    LongTermCondition("parkinsons", _("Parkinson's disease")),
    LongTermCondition("kidney", _("Kidney disease or dialysis")),
    LongTermCondition("liver", _("Liver disease")),
    LongTermCondition("thyroid", _("Thyroid disease")),
    LongTermCondition("diabetes", _("Diabetes"), refuses_heat=True),
    LongTermCondition("neuropathy", _("Nerve damage (neuropathy)"), refuses_heat=True),
    LongTermCondition("vessel_disease", _("Disease of the leg arteries or veins")),
    LongTermCondition("spinal_stenosis", _("Narrowed spine (spinal stenosis)")),
    LongTermCondition("past_clot", _("Blood clot in the past")),
)

DRUG_CLASSES: tuple[DrugClass, ...] = (
    DrugClass("diuretic_thiazide", _("Water tablet, thiazide kind"), _("indapamide, hydrochlorothiazide")),
    DrugClass("diuretic_loop", _("Water tablet, loop kind"), _("furosemide, bumetanide, torasemide")),
    DrugClass(
        "diuretic_potassium_sparing",
        _("Water tablet, potassium-sparing kind"),
        _("spironolactone, amiloride"),
    ),
    DrugClass("laba", _("Long-acting inhaler that opens the airways"), _("salmeterol, formoterol")),
    DrugClass("statin", _("Statin for cholesterol"), _("simvastatin, atorvastatin, rosuvastatin")),
    DrugClass("calcium_blocker", _("Calcium blocker for blood pressure"), _("amlodipine, nifedipine")),
    DrugClass("raloxifene", _("Raloxifene for the bones"), ""),
    DrugClass("steroid", _("Steroid tablets"), _("prednisolone, prednisone")),
    DrugClass("lithium", _("Lithium"), ""),
    DrugClass("quinine", _("Quinine"), ""),
    DrugClass("magnesium", _("Magnesium"), ""),
    DrugClass(
        "levodopa_dopamine", _("Levodopa or a dopamine medicine"), _("pramipexole, ropinirole, rotigotine")
    ),
    DrugClass("antidepressant", _("Antidepressant"), _("sertraline, citalopram, mirtazapine, amitriptyline")),
    DrugClass(
        "antipsychotic_antinausea",
        _("Antipsychotic, or medicine against feeling sick"),
        _("quetiapine, risperidone, metoclopramide, prochlorperazine"),
    ),
    DrugClass(
        "sedating_antihistamine", _("Allergy medicine that makes sleepy"), _("diphenhydramine, promethazine")
    ),
    DrugClass("iron", _("Iron"), ""),
    DrugClass("gabapentinoid", _("Gabapentin or pregabalin"), ""),
    DrugClass("other", _("Another medicine or supplement"), ""),
)

CONDITIONS_BY_KEY = {condition.key: condition for condition in CONDITIONS}
DRUG_CLASSES_BY_KEY = {drug_class.key: drug_class for drug_class in DRUG_CLASSES}
