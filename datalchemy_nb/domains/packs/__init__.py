"""Generators by line of business."""
