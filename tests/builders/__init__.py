"""Builders: rows a test needs but is not about, written through the models, every choice a keyword with a default."""

from tests.builders.keys import a_staff_key
from tests.builders.newsletter import a_topic, a_wording
from tests.builders.people import a_person
from tests.builders.sets import BuiltSet, a_learning_set
from tests.builders.sites import BuiltSite, a_site

__all__ = ["BuiltSet", "BuiltSite", "a_learning_set", "a_person", "a_site", "a_staff_key", "a_topic", "a_wording"]
