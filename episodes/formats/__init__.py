"""Files in and out, pure: what a night looks like in a spreadsheet, in JSON and in FHIR."""
