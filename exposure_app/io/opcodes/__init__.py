"""What a DNG prescribes to be done to its pixels: the three lists of opcodes of the DNG specification, chapter 7."""
