"""How good a style or a folder is: metrics, comparisons, cards and sheets."""
