-- The role that mailsignal connects as.
--
-- mailsignal_worker reads contacts, clients, open deals and quotes, writes signals and enrichment, and can do
-- nothing else: no superuser, no bypassrls, column by column on the CRM's tables, with policies of its own. It has
-- no password; give it one (alter role mailsignal_worker password '…') or let pg_hba.conf say who may use it.
--
-- A session may bind itself to one tenant: set mailsignal.tenant_id = '<uuid>' (or options=-c mailsignal.tenant_id=…
-- in the connection string). Row security then shows and accepts that tenant only. Unset, the role serves them all.
--
-- Row security of tenants, clients, contacts and deals belongs to the CRM: a policy for the worker is added where
-- it is switched on. Run this file again after switching it on later.

do $$
begin
  if not exists (select 1 from pg_catalog.pg_roles where rolname = 'mailsignal_worker') then
    create role mailsignal_worker login noinherit nocreatedb nocreaterole;
  end if;
end
$$;

alter role mailsignal_worker set statement_timeout = '60s';
alter role mailsignal_worker set lock_timeout = '10s';
alter role mailsignal_worker set idle_in_transaction_session_timeout = '30s';

grant usage on schema public to mailsignal_worker;

create or replace function public.ms_tenant_pin()
returns uuid
language sql stable
set search_path = ''
as $$
  select nullif(current_setting('mailsignal.tenant_id', true), '')::uuid
$$;

comment on function public.ms_tenant_pin() is
  'The one tenant that this session or transaction is bound to by mailsignal.tenant_id; null: none.';

revoke execute on function public.ms_tenant_pin() from public, anon, authenticated;
grant execute on function public.ms_tenant_pin() to mailsignal_worker, service_role;

-- What the worker may read and write ---------------------------------------------------------------------------

do $$
declare
  v_grant  record;
  v_column text;
begin
  -- Only columns that exist: a CRM may lack some, and may have others for what a signature tells.
  for v_grant in
    select *
    from (values
      ('select', 'tenants', array['id']),
      ('select', 'clients', array['id', 'tenant_id', 'company_name', 'email', 'created_at']),
      ('select', 'contacts', array[
        'id', 'tenant_id', 'client_id', 'first_name', 'last_name', 'title', 'email', 'phone', 'mobile', 'department',
        'props', 'is_primary', 'created_at', 'updated_at',
        'linkedin', 'linkedin_url', 'twitter', 'twitter_url', 'website', 'address', 'company']),
      ('update', 'contacts', array[
        'client_id', 'first_name', 'last_name', 'title', 'phone', 'mobile', 'department', 'props', 'updated_at',
        'linkedin', 'linkedin_url', 'twitter', 'twitter_url', 'website', 'address', 'company']),
      ('select', 'deals', array[
        'id', 'tenant_id', 'client_id', 'contact_id', 'stage', 'created_at', 'last_activity_at', 'stalled_at']),
      ('update', 'deals', array['last_activity_at', 'stalled_at']),
      ('select', 'quotes', array[
        'id', 'tenant_id', 'client_id', 'contact_id', 'deal_id', 'status', 'outcome', 'intel', 'valid_until', 'sent_at',
        'created_at']),
      ('update', 'quotes', array['intel', 'updated_at']),
      ('select', 'feedback_requests', array[
        'id', 'tenant_id', 'client_id', 'contact_id', 'status', 'sent_at', 'expires_at', 'responded_at', 'response_email_id',
        'sentiment', 'sentiment_score', 'response_summary', 'created_at']),
      ('update', 'feedback_requests', array[
        'status', 'responded_at', 'response_email_id', 'sentiment', 'sentiment_score', 'response_summary',
        'updated_at']),
      ('select', 'opportunity_signals', array[
        'id', 'tenant_id', 'source_type', 'source_id', 'client_id', 'contact_id', 'signal_type', 'signal_strength',
        'extracted_text', 'context', 'created_at']),
      ('insert', 'opportunity_signals', array[
        'id', 'tenant_id', 'source_type', 'source_id', 'client_id', 'contact_id', 'signal_type', 'signal_strength',
        'extracted_text', 'context', 'created_at']),
      ('select', 'contact_enrichment_queue', array[
        'id', 'tenant_id', 'contact_id', 'email_address', 'source', 'source_id', 'status', 'extracted_data',
        'merged_to_contact_id', 'merge_conflicts', 'error_message', 'created_at', 'processed_at']),
      ('insert', 'contact_enrichment_queue', array[
        'id', 'tenant_id', 'contact_id', 'email_address', 'source', 'source_id', 'status', 'extracted_data',
        'error_message', 'created_at', 'processed_at']),
      ('update', 'contact_enrichment_queue', array[
        'contact_id', 'status', 'extracted_data', 'merged_to_contact_id', 'merge_conflicts', 'error_message',
        'processed_at'])) as g (privilege, table_name, columns)
  loop
    foreach v_column in array v_grant.columns loop
      if exists (
        select 1 from pg_catalog.pg_attribute a
        where a.attrelid = pg_catalog.to_regclass('public.' || v_grant.table_name)
          and a.attname = v_column and a.attnum > 0 and not a.attisdropped)
      then
        execute format('grant %s (%I) on public.%I to mailsignal_worker',
                       v_grant.privilege, v_column, v_grant.table_name);
      end if;
    end loop;
  end loop;
end
$$;

do $$
declare
  v_policy record;
begin
  for v_policy in
    select *
    from (values
      ('tenants',                  'worker_reads',   'select', 'id'),
      ('clients',                  'worker_reads',   'select', 'tenant_id'),
      ('contacts',                 'worker_reads',   'select', 'tenant_id'),
      ('contacts',                 'worker_updates', 'update', 'tenant_id'),
      ('deals',                    'worker_reads',   'select', 'tenant_id'),
      ('deals',                    'worker_updates', 'update', 'tenant_id'),
      ('quotes',                   'worker_reads',   'select', 'tenant_id'),
      ('quotes',                   'worker_updates', 'update', 'tenant_id'),
      ('feedback_requests',        'worker_reads',   'select', 'tenant_id'),
      ('feedback_requests',        'worker_updates', 'update', 'tenant_id'),
      ('opportunity_signals',      'worker_reads',   'select', 'tenant_id'),
      ('opportunity_signals',      'worker_inserts', 'insert', 'tenant_id'),
      ('contact_enrichment_queue', 'worker_reads',   'select', 'tenant_id'),
      ('contact_enrichment_queue', 'worker_inserts', 'insert', 'tenant_id'),
      ('contact_enrichment_queue', 'worker_updates', 'update', 'tenant_id')
    ) as p (table_name, policy, command, tenant)
    join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass('public.' || p.table_name) and c.relrowsecurity
  loop
    execute format('drop policy if exists %I on public.%I', v_policy.policy, v_policy.table_name);
    execute format(
      'create policy %1$I on public.%2$I for %3$s to mailsignal_worker %4$s '
      '(%5$I = coalesce((select public.ms_tenant_pin()), %5$I))',
      v_policy.policy, v_policy.table_name, v_policy.command,
      case v_policy.command when 'insert' then 'with check' else 'using' end, v_policy.tenant);
  end loop;
end
$$;
