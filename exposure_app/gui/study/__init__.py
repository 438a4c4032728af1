"""Study mode in the editor: the paper's comparison of people and styles."""
