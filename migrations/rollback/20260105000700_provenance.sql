-- Undoes 20260105000700_provenance.sql.

drop function if exists public.ms_record_sources(uuid, uuid, text, uuid, text[], numeric[]);
drop table if exists public.contact_field_sources;
