-- Owners and rights of the functions. PUBLIC keeps none but the allow-list.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA crm FROM PUBLIC;
GRANT USAGE ON SCHEMA crm TO PUBLIC;
