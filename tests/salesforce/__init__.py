"""Tests of the connector to Salesforce, against a stand-in that two clients keep honest."""
