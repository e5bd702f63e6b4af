"""What leaves the house: fact pack, briefing book, matrix, issue against issue, draft checker; as Word, Markdown, HTML, tables."""
