"""How far apart two colours are, as WCAG 2.2 measures it."""

from __future__ import annotations


def contrast(first: str, second: str) -> float:
    """The ratio of two colours given as `#rrggbb`: 1 for the same, 21 for black on white."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    lifted: float = ((channel + 0.055) / 1.055) ** 2.4
    return lifted
