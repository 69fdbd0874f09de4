"""The knowledge window's pages: search, articles, versions, questions, the operator's panel."""
