"""Brazilian people, places, companies, documents: `domains/homes.txt` says which module has which generators.

Columns of one table that show the same person, place, company, product or street agree, row by row.
"""
