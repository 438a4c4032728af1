"""Photos in and out of files: RAW and raster readers, metadata, export, atomic writing.

Nothing is imported here: ``import exposure_app.io.formats`` stays cheap, the codecs load when the first photo does.
"""
