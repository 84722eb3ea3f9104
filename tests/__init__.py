"""Tests: they mirror the source; what crosses it (contracts, races, faults, the house itself) has a room of its own."""
