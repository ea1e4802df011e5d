"""Practice sheets to print: their options, their layout, and the pages and PDF files made from it."""
