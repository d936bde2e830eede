"""Files that other apps and systems export, read as entries of a diary: recognised, unpacked, read a row at a time."""
