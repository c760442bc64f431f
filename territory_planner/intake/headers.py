"""The headers that CRM exports use for what an account or a rep is known by.

Labels are those of list views and reports, API names those of data loaders. Of several headers
for one thing the first that the file has is taken; ids go before names, since names are not
unique.
"""

from __future__ import annotations

from collections.abc import Mapping

Vocabulary = Mapping[str, tuple[str, ...]]

ACCOUNT_HEADERS: Mapping[str, Vocabulary] = {
    "Salesforce": {
        "id": ("Account ID (18)", "18 Digit Account ID", "Account ID", "AccountId", "Id"),
        "name": ("Account Name", "Account: Account Name", "Name"),
        "latitude": (
            "Billing Latitude",
            "BillingLatitude",
            "Shipping Latitude",
            "ShippingLatitude",
        ),
        "longitude": (
            "Billing Longitude",
            "BillingLongitude",
            "Shipping Longitude",
            "ShippingLongitude",
        ),
        "postal_code": (
            "Billing Zip/Postal Code",
            "BillingPostalCode",
            "Billing Postal Code",
            "Shipping Zip/Postal Code",
            "ShippingPostalCode",
        ),
        "city": ("Billing City", "BillingCity", "Shipping City", "ShippingCity"),
        "state": ("Billing State/Province", "BillingState", "BillingStateCode", "Billing State"),
        "current": (
            "Owner ID",
            "OwnerId",
            "Account Owner ID",
            "Owner.Email",
            "Account Owner: Email",
            "Account Owner",
            "Owner.Name",
        ),
        "family": ("Parent Account ID", "ParentId", "Parent Account"),
    },
    "HubSpot": {
        "id": ("Record ID", "Record ID - Company", "hs_object_id"),
        "name": ("Company name", "name"),
        "latitude": ("Latitude", "hs_latitude"),
        "longitude": ("Longitude", "hs_longitude"),
        "postal_code": ("Postal Code", "zip"),
        "city": ("City", "city"),
        "state": ("State/Region", "state", "State/Region Code"),
        "current": ("hubspot_owner_id", "Company owner"),
        "family": ("Parent Company ID", "hs_parent_company_id", "Parent Company"),
    },
    "Odoo": {
        "id": ("External ID", "id", "ID", ".id"),
        "name": ("Complete Name", "Display Name", "Name", "complete_name", "display_name", "name"),
        "latitude": ("Geo Latitude", "partner_latitude"),
        "longitude": ("Geo Longitude", "partner_longitude"),
        "postal_code": ("Zip", "zip"),
        "city": ("City", "city"),
        "state": ("State", "state_id", "State/State Name", "state_id/name"),
        "current": (
            "Salesperson/External ID",
            "Salesperson/ID",
            "Salesperson/Email",
            "Salesperson/Login",
            "Salesperson",
            "user_id/id",
            "user_id/.id",
            "user_id",
        ),
        "family": (
            "Related Company/External ID",
            "Related Company/ID",
            "Related Company",
            "parent_id/id",
            "parent_id",
        ),
    },
    "Dynamics": {
        "id": ("(Do Not Modify) Account", "accountid", "Account"),
        "name": ("Account Name", "name"),
        "latitude": ("Address 1: Latitude", "address1_latitude"),
        "longitude": ("Address 1: Longitude", "address1_longitude"),
        "postal_code": ("Address 1: ZIP/Postal Code", "address1_postalcode"),
        "city": ("Address 1: City", "address1_city"),
        "state": ("Address 1: State/Province", "address1_stateorprovince"),
        "current": ("_ownerid_value", "ownerid", "Owner"),
        "family": ("Parent Account", "_parentaccountid_value", "parentaccountid"),
    },
}
# A lead is no account yet: Salesforce and HubSpot keep it in objects of their own.
LEAD_HEADERS: Mapping[str, Vocabulary] = {
    **ACCOUNT_HEADERS,
    "a Salesforce lead": {
        "id": ("Lead ID (18)", "Lead ID", "Lead: Lead ID", "Id"),
        "name": ("Company / Account", "Company", "Last Name", "Name"),
        "latitude": ("Latitude",),
        "longitude": ("Longitude",),
        "postal_code": ("Zip/Postal Code", "PostalCode", "Postal Code"),
        "city": ("City",),
        "state": ("State/Province", "State", "StateCode"),
        "current": ("Owner ID", "OwnerId", "Lead Owner"),
        "family": ("Parent Account ID", "Parent Account", "ParentId"),
    },
    "a HubSpot contact": {
        "id": ("Record ID - Contact", "Record ID", "hs_object_id"),
        "name": ("Company name", "Company Name", "company", "Last Name"),
        "postal_code": ("Postal Code", "zip"),
        "city": ("City", "city"),
        "state": ("State/Region", "state"),
        "current": ("hubspot_owner_id", "Contact owner"),
        "family": ("Parent Company ID", "hs_parent_company_id", "Parent Company"),
    },
}
REP_HEADERS: Mapping[str, Vocabulary] = {
    "Salesforce": {
        "rep_id": ("User ID", "User: User ID", "Id"),
        "rep": ("Full Name", "User: Full Name", "Name"),
        "email": ("Email", "User: Email"),
        "postal_code": ("Zip/Postal Code", "PostalCode"),
        "manager": ("Manager: Full Name", "Manager Name", "ManagerId"),
    },
    "Dynamics": {
        "rep_id": ("(Do Not Modify) User", "systemuserid"),
        "rep": ("Full Name", "fullname"),
        "email": ("Primary Email", "internalemailaddress"),
        "postal_code": ("Address: ZIP/Postal Code", "address1_postalcode"),
        "city": ("Address: City", "address1_city"),
        "manager": ("Manager",),
    },
}
# Headers of hand-made tables, tried where no CRM's fit.
USUAL_ACCOUNT_HEADERS: Vocabulary = {
    "id": ("account_id", "account", "account_no", "account_number", "customer_id", "customer_no"),
    "name": ("account_name", "company", "company_name", "customer", "customer_name"),
    "latitude": ("lat",),
    "longitude": ("lon", "lng", "long"),
    "postal_code": ("zip", "zip_code", "postcode", "post_code", "postalcode", "plz"),
    "city": ("town", "place", "ort"),
    "state": ("province", "region", "state_province"),
    "current": ("current_territory", "territory_id", "territory", "owner_id", "owner", "rep_id"),
    "family": ("account_family", "parent_id", "parent", "group"),
    "named": ("named_account", "is_named"),
    "skills": ("required_skills", "skill"),
}
USUAL_LEAD_HEADERS: Vocabulary = {
    **USUAL_ACCOUNT_HEADERS,
    "id": ("lead_id", "lead", "lead_no", "lead_number", *USUAL_ACCOUNT_HEADERS["id"]),
}
USUAL_REP_HEADERS: Vocabulary = {
    "territory": ("territory_name",),
    "rep_id": ("user_id", "owner_id", "employee_id", "id"),
    "rep": ("rep_name", "full_name", "name", "owner", "salesperson"),
    "email": ("e_mail", "rep_email", "mail"),
    "latitude": ("lat", "home_latitude", "home_lat"),
    "longitude": ("lon", "lng", "long", "home_longitude", "home_lon"),
    "postal_code": ("zip", "zip_code", "postcode", "home_postal_code", "home_zip", "plz"),
    "city": ("home_city", "town", "ort"),
    "state": ("home_state", "province"),
    "capacity": ("fte", "share"),
    "skills": ("skill",),
    "manager": ("manager_name",),
}
USUAL_POINT_HEADERS: Vocabulary = {
    "latitude": ("lat",),
    "longitude": ("lon", "lng", "long"),
}
