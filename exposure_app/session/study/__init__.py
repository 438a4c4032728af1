"""People and styles retouch the same photos with the same means, and raters judge the results (paper, section 6.3)."""
