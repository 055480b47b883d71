"""The MCP server ``document``: text, tables, forms and answers out of documents.

Amazon Textract reads pictures and PDFs; spreadsheets and CSV are read without it. Documents are
named by their key in the platform's bucket, never sent along, and what is made is handed out as a
key with a link that holds for a time.
"""
