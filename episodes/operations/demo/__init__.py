"""Generated diaries to look at and to measure with. Nobody's: every name and note says so."""
