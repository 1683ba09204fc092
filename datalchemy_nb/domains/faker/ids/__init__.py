"""The named generators: ``faker.<module>.raw.<Name>`` and their ``semantic.*`` aliases.

`domains/homes.txt` says which module has which; Faker itself is imported when one of them is built.
"""
