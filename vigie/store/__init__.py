"""The store: the truth of what arrived, what was made of it and what people decided.

``repository.Store`` is the one public class. Table classes, SQL and migrations live only here.
Must not know how posts are judged, sheets are drawn or sources are asked.
"""
