-- What reading a mail writes: signals, requests about senders, activity of deals, answers to feedback, intel on quotes.
--
-- Each function takes one batch as parallel arrays and runs in one statement's time; all of a batch belongs in one
-- transaction. Every function may be repeated with the same batch and then changes nothing. Senders are linked by
-- address, and to a client by mail domain where the caller gives one (it gives none for free-mail providers).

create index if not exists contacts_tenant_id_lower_email_idx on public.contacts (tenant_id, lower(email));
create index if not exists contacts_tenant_id_email_domain_idx
  on public.contacts (tenant_id, lower(split_part(email, '@', 2)));
create index if not exists clients_tenant_id_email_domain_idx
  on public.clients (tenant_id, lower(split_part(email, '@', 2)));
create index if not exists feedback_requests_response_email_id_idx
  on public.feedback_requests (tenant_id, response_email_id) where response_email_id is not null;

create or replace function public.ms_source_key(p_source_id text)
returns text
language sql immutable
set search_path = ''
as $$
  select case
    when octet_length(p_source_id) <= 998 then p_source_id
    else 'sha256:' || encode(sha256(convert_to(p_source_id, 'UTF8')), 'hex')
  end
$$;

comment on function public.ms_source_key(text) is
  'A mail''s id as it is stored: itself, or a hash where it is too long for an index (and for RFC 5322).';

-- links -------------------------------------------------------------------------------------------------------

create or replace function public.ms_link(p_tenant_id uuid, p_emails text[], p_domains text[] default null)
returns table (email text, contact_id uuid, client_id uuid)
language plpgsql stable
security definer   -- row security would keep lower(email) from using its index; reads ids of the named tenant only
set search_path = ''
as $$
begin
  if p_tenant_id <> public.ms_tenant_pin() then
    raise exception 'this session is bound to another tenant' using errcode = 'insufficient_privilege';
  end if;

  return query
  with asked as (
    select distinct on (1) lower(btrim(u.email)) as email, lower(btrim(u.domain)) as domain
    from unnest(p_emails, p_domains) u (email, domain)
    where u.email is not null
    order by 1, 2
  )
  select a.email, c.id, coalesce(c.client_id, d.client_id)
  from asked a
  left join lateral (
    select x.id, x.client_id
    from public.contacts x
    where x.tenant_id = p_tenant_id and lower(x.email) = a.email
    order by x.is_primary desc nulls last, x.created_at, x.id
    limit 1) c on true
  -- A domain tells the client when all that is known of it points to one.
  left join lateral (
    select (array_agg(m.client_id))[1] as client_id
    from (
      select k.id as client_id
      from public.clients k
      where c.client_id is null
        and k.tenant_id = p_tenant_id and lower(split_part(k.email, '@', 2)) = a.domain
      union
      select x.client_id
      from public.contacts x
      where c.client_id is null
        and x.tenant_id = p_tenant_id and lower(split_part(x.email, '@', 2)) = a.domain and x.client_id is not null) m
    having count(*) = 1) d on true;
end
$$;

comment on function public.ms_link(uuid, text[], text[]) is
  'For each distinct address (trimmed, lower-cased): the tenant''s contact, and its client or that of the mail domain.';

-- signals -----------------------------------------------------------------------------------------------------

create or replace function public.ms_ingest_signals(
  p_tenant_id   uuid,
  p_ids         uuid[],
  p_source_ids  text[],
  p_emails      text[],
  p_domains     text[],
  p_types       text[],
  p_strengths   numeric[],
  p_texts       text[],
  p_contexts    text[],
  p_source_type text default 'email')
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  insert into public.opportunity_signals
    (id, tenant_id, source_type, source_id, client_id, contact_id, signal_type, signal_strength, extracted_text, context)
  select u.id, p_tenant_id, p_source_type, public.ms_source_key(u.source_id), l.client_id, l.contact_id,
         u.signal_type, u.strength, u.extracted_text, coalesce(u.context::jsonb, '{}')
  from unnest(p_ids, p_source_ids, p_emails, p_types, p_strengths, p_texts, p_contexts) with ordinality
    u (id, source_id, email, signal_type, strength, extracted_text, context, place)
  left join public.ms_link(p_tenant_id, p_emails, p_domains) l on l.email = lower(btrim(u.email))
  -- Writers of overlapping batches wait for each other, never in a circle; of equal keys the first is stored.
  order by u.source_id, u.signal_type, u.place
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.ms_ingest_signals(
  uuid, uuid[], text[], text[], text[], text[], numeric[], text[], text[], text) is
  'Stores signals of a batch of mails; p_emails are their senders. How many are new.';

-- requests ----------------------------------------------------------------------------------------------------

create or replace function public.ms_ingest_contacts(
  p_tenant_id  uuid,
  p_ids        uuid[],
  p_source_ids text[],
  p_emails     text[],
  p_extracted  text[],
  p_source     text default 'email_signature')
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  insert into public.contact_enrichment_queue
    (id, tenant_id, contact_id, email_address, source, source_id, extracted_data)
  select u.id, p_tenant_id, l.contact_id, lower(btrim(u.email)), p_source, public.ms_source_key(u.source_id),
         coalesce(u.extracted::jsonb, '{}')
  from unnest(p_ids, p_source_ids, p_emails, p_extracted) with ordinality u (id, source_id, email, extracted, place)
  left join public.ms_link(p_tenant_id, p_emails) l on l.email = lower(btrim(u.email))
  where not exists (
    select from public.ms_suppressed(p_tenant_id, p_emails) s (email) where s.email = lower(btrim(u.email)))
  order by lower(btrim(u.email)), u.source_id, u.place
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.ms_ingest_contacts(uuid, uuid[], text[], text[], text[], text) is
  'Queues what signatures tell of senders, except suppressed ones. How many requests are new.';

-- deals -------------------------------------------------------------------------------------------------------

create or replace function public.ms_ingest_activity(p_tenant_id uuid, p_emails text[], p_dates timestamptz[])
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_count integer;
begin
  with latest as (
    select l.contact_id, max(least(u.date, now())) as at   -- a clock ahead of ours keeps no deal awake
    from unnest(p_emails, p_dates) u (email, date)
    join public.ms_link(p_tenant_id, p_emails) l on l.email = lower(btrim(u.email))
    where l.contact_id is not null and u.date is not null
    group by l.contact_id
  ), open as (
    select d.id, latest.at
    from public.deals d
    join latest on latest.contact_id = d.contact_id
    where d.tenant_id = p_tenant_id
      and d.stage not in ('won', 'lost', 'closed_won', 'closed_lost')
      and coalesce(d.last_activity_at, '-infinity') < latest.at
    order by d.id
    for update of d
  )
  update public.deals d
  set last_activity_at = open.at, stalled_at = null
  from open
  where d.id = open.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;

comment on function public.ms_ingest_activity(uuid, text[], timestamptz[]) is
  'A mail from a contact is activity of the contact''s open deals; never moves last_activity_at back. Deals touched.';

-- feedback ----------------------------------------------------------------------------------------------------

create or replace function public.ms_ingest_feedback(
  p_tenant_id  uuid,
  p_source_ids text[],
  p_emails     text[],
  p_dates      timestamptz[],
  p_sentiments text[],
  p_scores     numeric[],
  p_summaries  text[],
  p_references text[] default null)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_mail    record;
  v_request uuid;
  v_count   integer := 0;
begin
  for v_mail in
    select public.ms_source_key(u.source_id) as source_id, coalesce(u.date, now()) as date, u.sentiment, u.score,
           u.summary, l.contact_id, l.client_id,
           array(select x from unnest(string_to_array(u.answers, E'\n')) i (id), unnest(array[i.id, '<' || i.id || '>']) x)
             as answers
    from unnest(p_source_ids, p_emails, p_dates, p_sentiments, p_scores, p_summaries, p_references) with ordinality
      u (source_id, email, date, sentiment, score, summary, answers, place)
    left join public.ms_link(p_tenant_id, p_emails) l on l.email = lower(btrim(u.email))
    where u.source_id is not null
    order by u.place
  loop
    -- The CRM may have named the answer, or the mail that asked; else it is an answer when exactly one request waits
    -- for this contact.
    select f.id into v_request
    from public.feedback_requests f
    where f.tenant_id = p_tenant_id
      and f.response_email_id = any (array[v_mail.source_id, '<' || v_mail.source_id || '>'] || v_mail.answers)
    order by f.sentiment is not null, f.created_at, f.id
    limit 1;

    if v_request is null then
      -- A request that names no contact waits for anybody of the client, when none waits for this contact.
      with waiting as (
        select f.id, f.contact_id is null as for_anybody
        from public.feedback_requests f
        where f.tenant_id = p_tenant_id
          and (f.contact_id = v_mail.contact_id or f.contact_id is null and f.client_id = v_mail.client_id)
          and f.status = 'sent'
          and f.responded_at is null
          and (f.sent_at is null or f.sent_at <= v_mail.date)
          and (f.expires_at is null or f.expires_at >= v_mail.date)
      )
      select (array_agg(w.id))[1] into v_request
      from waiting w
      where w.for_anybody = (select bool_and(x.for_anybody) from waiting x)
      having count(*) = 1;
    end if;

    update public.feedback_requests f
    set status = 'responded',
        responded_at = coalesce(f.responded_at, v_mail.date),
        response_email_id = coalesce(f.response_email_id, v_mail.source_id),
        sentiment = v_mail.sentiment,
        sentiment_score = v_mail.score,
        response_summary = coalesce(f.response_summary, v_mail.summary),
        updated_at = now()
    where f.id = v_request and f.tenant_id = p_tenant_id and f.sentiment is null;
    if found then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$$;

comment on function public.ms_ingest_feedback(uuid, text[], text[], timestamptz[], text[], numeric[], text[], text[]) is
  'Mails that answer a request for feedback: response_email_id is the mail or one that it answers (p_references: ids, '
  'one a line), else the sender''s only open request. How many.';

-- quotes ------------------------------------------------------------------------------------------------------

create or replace function public.ms_merge_intel(p_known jsonb, p_new jsonb)
returns jsonb
language sql immutable
set search_path = ''
as $$
  select case when jsonb_typeof(p_known) = 'object' then p_known else '{}' end || coalesce(
    jsonb_object_agg(n.key, case
      when jsonb_typeof(p_known -> n.key) = 'array' and jsonb_typeof(n.value) = 'array' then
        (p_known -> n.key) || coalesce((
          select jsonb_agg(e.value order by e.ordinality)
          from jsonb_array_elements(n.value) with ordinality e
          where not p_known -> n.key @> jsonb_build_array(e.value)), '[]')
      else n.value
    end), '{}')
  from jsonb_each(case when jsonb_typeof(p_new) = 'object' then p_new else '{}' end) n
  where n.key in ('budget', 'timeline', 'competitor', 'decision_makers', 'requirements')
    and jsonb_typeof(n.value) <> 'null'
    and (coalesce(p_known -> n.key, 'null') in ('null', '""', '[]', '{}')
         or jsonb_typeof(p_known -> n.key) = 'array' and jsonb_typeof(n.value) = 'array')
$$;

comment on function public.ms_merge_intel(jsonb, jsonb) is
  'Adds budget, timeline, competitor, decision_makers and requirements where nothing is known, and new members to lists.';

create or replace function public.ms_ingest_quote_intel(p_tenant_id uuid, p_emails text[], p_intel text[])
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_mail  record;
  v_quote uuid;
  v_count integer := 0;
begin
  for v_mail in
    select l.contact_id, u.intel::jsonb as intel
    from unnest(p_emails, p_intel) with ordinality u (email, intel, place)
    join public.ms_link(p_tenant_id, p_emails) l on l.email = lower(btrim(u.email))
    where l.contact_id is not null and u.intel is not null
    order by u.place
  loop
    select q.id into v_quote
    from public.quotes q
    where q.tenant_id = p_tenant_id
      and q.contact_id = v_mail.contact_id
      and q.status in ('sent', 'viewed', 'countered')
      and q.outcome is null
    order by q.sent_at desc nulls last, q.created_at desc, q.id
    limit 1;

    update public.quotes q
    set intel = public.ms_merge_intel(q.intel, v_mail.intel), updated_at = now()
    where q.id = v_quote and q.tenant_id = p_tenant_id
      and q.intel is distinct from public.ms_merge_intel(q.intel, v_mail.intel);
    if found then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$$;

comment on function public.ms_ingest_quote_intel(uuid, text[], text[]) is
  'What a sender says about budget, timeline, competitor, decision makers or requirements, for the sender''s open quote sent last. '
  'Quotes changed.';

-- once --------------------------------------------------------------------------------------------------------

-- What a mail does to deals, feedback and quotes depends on their state when it is read. So that reading it again later
-- does nothing, mails that may have done something are remembered, by a hash of tenant and id.
create table if not exists public.mailsignal_mails (
  tenant_id uuid not null references public.tenants (id) on delete cascade,
  mail_id   uuid not null,
  read_at   timestamptz not null default now(),
  primary key (tenant_id, mail_id)
);

comment on table public.mailsignal_mails is 'Mails of known senders whose facts were taken.';
comment on column public.mailsignal_mails.mail_id is 'UUID version 5 of the tenant and the mail''s id.';

alter table public.mailsignal_mails enable row level security;
drop policy if exists service_role_all on public.mailsignal_mails;
create policy service_role_all on public.mailsignal_mails for all to service_role using (true) with check (true);
drop policy if exists worker_writes on public.mailsignal_mails;
create policy worker_writes on public.mailsignal_mails for all to mailsignal_worker
  using (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id))
  with check (tenant_id = coalesce((select public.ms_tenant_pin()), tenant_id));
revoke all on public.mailsignal_mails from anon, authenticated;
grant select, insert on public.mailsignal_mails to mailsignal_worker;

create or replace function public.ms_ingest_facts(
  p_tenant_id  uuid,
  p_mail_ids   uuid[],
  p_source_ids text[],
  p_emails     text[],
  p_dates      timestamptz[],
  p_references text[],
  p_sentiments text[],
  p_scores     numeric[],
  p_summaries  text[],
  p_intel      text[])
returns integer
language plpgsql
set search_path = ''
as $$
declare
  v_new record;
begin
  -- A mail matters when its sender is a contact, or when it answers a mail that a request names.
  with mail as (
    select u.*, l.contact_id,
           array(select x from unnest(array[u.source_id] || string_to_array(u.answers, E'\n')) i (id),
                               unnest(array[i.id, '<' || i.id || '>']) x) as ids
    from unnest(p_mail_ids, p_source_ids, p_emails, p_dates, p_references, p_sentiments, p_scores, p_summaries, p_intel)
      with ordinality u (mail_id, source_id, email, date, answers, sentiment, score, summary, intel, place)
    left join public.ms_link(p_tenant_id, p_emails) l on l.email = lower(btrim(u.email))
  ), fresh as (
    insert into public.mailsignal_mails (tenant_id, mail_id)
    select distinct p_tenant_id, m.mail_id
    from mail m
    where m.contact_id is not null
       or exists (
         select from public.feedback_requests f
         where f.tenant_id = p_tenant_id and f.response_email_id = any (m.ids))
    order by 2   -- as above: no circle of waiting writers
    on conflict do nothing
    returning mail_id
  ), first as (
    select distinct on (m.mail_id) m.* from mail m join fresh using (mail_id) order by m.mail_id, m.place
  )
  select array_agg(f.source_id order by f.place) as source_ids, array_agg(f.email order by f.place) as emails,
         array_agg(f.date order by f.place) as dates, array_agg(f.answers order by f.place) as answers,
         array_agg(f.sentiment order by f.place) as sentiments, array_agg(f.score order by f.place) as scores,
         array_agg(f.summary order by f.place) as summaries, array_agg(f.intel order by f.place) as intel
  into v_new
  from first f;

  if v_new.source_ids is null then
    return 0;
  end if;
  perform public.ms_ingest_activity(p_tenant_id, v_new.emails, v_new.dates);
  perform public.ms_ingest_feedback(p_tenant_id, v_new.source_ids, v_new.emails, v_new.dates, v_new.sentiments,
                                    v_new.scores, v_new.summaries, v_new.answers);
  perform public.ms_ingest_quote_intel(p_tenant_id, v_new.emails, v_new.intel);
  return cardinality(v_new.source_ids);
end
$$;

comment on function public.ms_ingest_facts(
  uuid, uuid[], text[], text[], timestamptz[], text[], text[], numeric[], text[], text[]) is
  'Activity, feedback and intel of mails, each mail once and for all. How many were new.';

do $$
declare
  v_function regprocedure;
begin
  foreach v_function in array array[
    'public.ms_source_key(text)',
    'public.ms_link(uuid, text[], text[])',
    'public.ms_ingest_signals(uuid, uuid[], text[], text[], text[], text[], numeric[], text[], text[], text)',
    'public.ms_ingest_contacts(uuid, uuid[], text[], text[], text[], text)',
    'public.ms_ingest_activity(uuid, text[], timestamptz[])',
    'public.ms_ingest_feedback(uuid, text[], text[], timestamptz[], text[], numeric[], text[], text[])',
    'public.ms_merge_intel(jsonb, jsonb)',
    'public.ms_ingest_quote_intel(uuid, text[], text[])',
    'public.ms_ingest_facts(uuid, uuid[], text[], text[], timestamptz[], text[], text[], numeric[], text[], text[])']::regprocedure[]
  loop
    execute format('revoke execute on function %s from public, anon, authenticated', v_function);
    execute format('grant execute on function %s to mailsignal_worker, service_role', v_function);
  end loop;
end
$$;
