"""Known spellings of one and the same thing: an edit from one to the other is editorial."""

from collections.abc import Mapping
from types import MappingProxyType

from monitor.compare.canonical import fold


def folded_aliases(spellings: Mapping[str, str]) -> Mapping[str, str]:
    """Turns a table of spellings as people write them (variant -> usual) into the folded one that comparing needs."""
    return MappingProxyType({fold(variant): fold(usual) for variant, usual in spellings.items()})


# Review panels as FDA has spelled them in its list since 2021. A whole value must match, so that "Pathology" becoming
# "Clinical Toxicology" stays material.
PANELS = folded_aliases(
    {
        "General & Plastic Surgery": "General and Plastic Surgery",
        "General Plastic Surgery": "General and Plastic Surgery",
        "Clinical Tcxicology": "Clinical Toxicology",
        "Clinical Toxcicology": "Clinical Toxicology",
        "Obstetrics/Gynecology": "Obstetrics and Gynecology",
        "Obstetrics & Gynecology": "Obstetrics and Gynecology",
        "Gastroenterology/Urology": "Gastroenterology-Urology",
        "Gastroenterology and Urology": "Gastroenterology-Urology",
        "Ear, Nose & Throat": "Ear, Nose and Throat",
    }
)
