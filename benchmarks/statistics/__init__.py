"""Simulated diaries whose truth is known, and the judge that holds the factor analysis to its promises."""
