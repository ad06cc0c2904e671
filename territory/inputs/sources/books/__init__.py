"""What the parts of a workbook say beside the values of their cells."""
