"""The open photo's edits: the document and its history, where they are kept, the library, and rendering them."""
