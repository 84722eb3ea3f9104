"""Tests in a real browser; a package, so that the browser and Setlist end with the last of them."""
