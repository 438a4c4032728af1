"""The recipe's steps and their editors, masks, and the history."""
