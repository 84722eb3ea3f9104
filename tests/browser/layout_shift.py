"""How much of a page jumps while it loads."""

from __future__ import annotations

SHIFT = """
  let shift = 0;
  const add = (entries) => { for (const entry of entries) if (!entry.hadRecentInput) shift += entry.value; };
  const observer = new PerformanceObserver((list) => add(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  const painted = () => new Promise(requestAnimationFrame);
  window.shiftSoFar = async () => {
    await painted();
    await painted();
    add(observer.takeRecords());
    return shift;
  };
"""
"""For `add_init_script`; then `shiftSoFar()` tells, once everything that is to be shown is painted."""
