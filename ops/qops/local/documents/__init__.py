"""What Rekognition and Textract share: the bytes of a document, and Textract's model of blocks."""
