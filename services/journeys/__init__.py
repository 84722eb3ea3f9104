"""Journeys: what crosses areas, one file each, told from first line to last.

A journey opens its own transactions and calls the outside only between them. Each says what happens when the process
dies half-way; rules of one area stay in that area.
"""
