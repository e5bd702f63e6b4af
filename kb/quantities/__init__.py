"""Numbers, dates and what is counted, found in running text by rules; shared by the plugins and the question side.

`numerals` reads numbers, `calendar` dates and spans, `units` money and measures, `apart` knows numbers that count
nothing, `counted` the words that say what is counted, `tables` rows of cells, `figures` puts them together.
"""
