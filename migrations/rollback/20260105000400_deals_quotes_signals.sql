-- Undoes 20260105000400_deals_quotes_signals.sql: quote numbers come from the quotes again. The other functions stay,
-- because the first two files make them the same.

create or replace function public.generate_quote_number(p_tenant_id uuid)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_prefix text := 'Q-' || to_char(now() at time zone 'UTC', 'YYYY') || '-';
  v_next   bigint;
begin
  -- One caller of a tenant at a time: the number is safe when the quote is stored in the same transaction.
  perform pg_advisory_xact_lock(hashtextextended('quote_number:' || p_tenant_id, 0));

  select coalesce(max(substr(q.quote_number, length(v_prefix) + 1)::bigint), 0) + 1 into v_next
  from public.quotes q
  where q.tenant_id = p_tenant_id
    and q.quote_number ~ ('^' || v_prefix || '[0-9]{1,9}$');

  return v_prefix || lpad(v_next::text, greatest(4, length(v_next::text)), '0');
end
$$;

comment on function public.generate_quote_number(uuid) is 'The next number Q-YYYY-0001 of the tenant.';

drop table if exists public.quote_number_counters;
