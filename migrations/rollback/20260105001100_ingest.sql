-- Undoes 20260105001100_ingest.sql. What was ingested stays; which mails were read is forgotten.

drop function if exists public.ms_ingest_facts(
  uuid, uuid[], text[], text[], timestamptz[], text[], text[], numeric[], text[], text[]);
drop table if exists public.mailsignal_mails;
drop function if exists public.ms_ingest_quote_intel(uuid, text[], text[]);
drop function if exists public.ms_merge_intel(jsonb, jsonb);
drop function if exists public.ms_ingest_feedback(uuid, text[], text[], timestamptz[], text[], numeric[], text[], text[]);
drop function if exists public.ms_ingest_activity(uuid, text[], timestamptz[]);
drop function if exists public.ms_ingest_contacts(uuid, uuid[], text[], text[], text[], text);
drop function if exists public.ms_ingest_signals(
  uuid, uuid[], text[], text[], text[], text[], numeric[], text[], text[], text);
drop function if exists public.ms_link(uuid, text[], text[]);
drop function if exists public.ms_source_key(text);

drop index if exists public.contacts_tenant_id_lower_email_idx;
drop index if exists public.contacts_tenant_id_email_domain_idx;
drop index if exists public.clients_tenant_id_email_domain_idx;
drop index if exists public.feedback_requests_response_email_id_idx;
