"""Pages: server-rendered HTML that works without script. Each page is looked at in a real browser before it is done."""
