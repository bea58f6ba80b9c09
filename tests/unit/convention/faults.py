"""Faults in conventions: each a mutation of ``essai.yml``, with the exact lines that must be told.

Used by the loader's tests and, through ``written_cases``, by tests of the real command
``vigie check FILE``. A "~" in an expected line stands for a no-break space. ``{file}`` is the path
of the file as it was given; the file must be called ``essai.yml``; ``{kinds}`` lists the connectors.
"""

# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from vigie.sources.registry import params_by_kind

GOOD = Path(__file__).with_name("essai.yml").read_text(encoding="utf-8")
FILE_NAME = "essai.yml"


class FaultCase(NamedTuple):
    """One wrong file: its name in reports, its bytes, the lines that must be told."""

    name: str
    content: bytes
    expected: list[str]


def written_cases() -> list[FaultCase]:
    """Return every wrong file of the table."""
    cases = [FaultCase(name, _changed(changes), _lines(told)) for name, changes, told in MUTATIONS]
    return cases + [FaultCase(name, content, _lines(told)) for name, content, told in WHOLE_FILES]


def _changed(changes: list[tuple[str, str]]) -> bytes:
    text = GOOD
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text.encode("utf-8")


def _lines(told: list[str]) -> list[str]:
    kinds = ", ".join(sorted(params_by_kind()))
    return [line.replace("~", "\u00a0").replace("{kinds}", kinds) for line in told]


# fmt: off
MUTATIONS: list[tuple[str, list[tuple[str, str]], list[str]]] = [
    ('unknown_key', [('prefix: ES21', 'prefix: ES21\ncolour: red')], ['{file}:5: colour: La clé «~colour~» n’est pas connue ici. Mots connus~: categories, checks, contacts, debrief, doors, exercise, id, lexicons, map, missions, name, parties, prefix, relief_points, retention_days, schema_version, situation, sources, territory, valid_from, valid_until, workbook.']),
    ('misspelt_key', [('    cadence_minutes: 2\n', '    cadence_minute: 2\n')], ['{file}:29: sources[piaille].cadence_minute: La clé «~cadence_minute~» n’est pas connue ici. Vouliez-vous dire «~cadence_minutes~»~? Mots connus~: address, budget, cadence_minutes, grade, id, kind, name, queries, secrets, silence_minutes.']),
    ('missing_key', [('retention_days: 180\n', '')], ['{file}:1: retention_days: Cette clé manque. Écrivez-la ici~; les autres conventions montrent comment.']),
    ('missing_section', [('situation:\n  cadence_minutes: 60\n', '')], ['{file}:1: situation: Cette clé manque. Écrivez-la ici~; les autres conventions montrent comment.']),
    ('duplicate_key', [("name: Convention d'essai", "name: Convention d'essai\nname: Autre")], ['{file}:6: name: La clé «~name~» figure deux fois ici. N’en gardez qu’une occurrence~; la première est à la ligne 5.']),
    ('octal_department', [('departments: ["21"]', 'departments: [01, "21"]')], ['{file}:12: territory.departments[#1]: 01 sans guillemets perd son zéro initial ou change de valeur. Écrivez-le entre guillemets~: "01".']),
    ('octal_eight', [('departments: ["21"]', 'departments: ["21", 08]')], ['{file}:12: territory.departments[#2]: 08 sans guillemets perd son zéro initial ou change de valeur. Écrivez-le entre guillemets~: "08".']),
    ('unquoted_commune', [('communes: ["21231"]', 'communes: [21231]')], ['{file}:13: territory.communes[#1]: Un texte est attendu ici, et 21231 sans guillemets n’en est pas un. Écrivez-le entre guillemets~: "21231".']),
    ('clock_as_name', [('name: Astreinte VISOV', 'name: 12:30')], ['{file}:20: contacts[#1].name: 12:30 sans guillemets est lu comme un nombre de secondes ou de minutes. Écrivez-le entre guillemets~: "12:30".']),
    ('boolean_word', [('allowed: true', 'allowed: yes')], ['{file}:58: exercise.allowed: yes sans guillemets peut vouloir dire vrai ou faux. Écrivez true ou false, ou bien, si c’est un mot, entre guillemets~: "yes".']),
    ('boolean_word_as_text', [('name: VISOV\n', 'name: No\n')], ['{file}:9: parties[#2].name: No sans guillemets peut vouloir dire vrai ou faux. Écrivez true ou false, ou bien, si c’est un mot, entre guillemets~: "No".']),
    ('decimal_as_text', [("name: Convention d'essai", 'name: 3.10')], ['{file}:5: name: Un texte est attendu ici, et 3.10 sans guillemets n’en est pas un. Écrivez-le entre guillemets~: "3.10".']),
    ('exponent', [('retention_days: 180', 'retention_days: 1e3')], ['{file}:56: retention_days: 1e3 sans guillemets est un nombre pour certains logiciels et un texte pour d’autres. Écrivez un nombre en chiffres seuls, ou bien, si c’est un texte, entre guillemets : "1e3".']),
    ('underscored_number', [('retention_days: 180', 'retention_days: 1_000')], ['{file}:56: retention_days: 1_000 sans guillemets est un nombre pour certains logiciels et un texte pour d’autres. Écrivez un nombre en chiffres seuls, ou bien, si c’est un texte, entre guillemets : "1_000".']),
    ('impossible_day', [('valid_from: 2026-01-01', 'valid_from: 2026-02-30')], ['{file}:16: valid_from: 2026-02-30 n’est pas un jour du calendrier. Écrivez année-mois-jour, par exemple 2026-12-31.']),
    ('french_date', [('valid_from: 2026-01-01', 'valid_from: 01/01/2026')], ['{file}:16: valid_from: Une date est attendue ici, pas «~01/01/2026~». Écrivez année-mois-jour sans guillemets, par exemple 2026-12-31.']),
    ('quoted_date', [('valid_until: 2028-12-31', 'valid_until: "2028-12-31"')], ['{file}:17: valid_until: Une date est attendue ici, pas «~2028-12-31~». Écrivez année-mois-jour sans guillemets, par exemple 2026-12-31.']),
    ('date_with_time', [('valid_from: 2026-01-01', 'valid_from: 2026-01-01 08:00:00')], ['{file}:16: valid_from: 2026-01-01 08:00:00 est une date avec une heure~; seules les dates ont leur place ici. Écrivez année-mois-jour, par exemple 2026-12-31.']),
    ('dates_reversed', [('valid_from: 2026-01-01', 'valid_from: 2029-01-01')], ['{file}:17: valid_until: La convention finit le 2028-12-31, avant de commencer (2029-01-01). Inversez ou corrigez les deux dates.']),
    ('alias', [('name: VISOV\n', 'name: *nom\n')], ['{file}:9: parties[#2].name: Les ancres (&) et les renvois (*) ne s’emploient pas dans une convention. Écrivez la valeur en entier~; un texte qui commence ainsi se met entre guillemets.']),
    ('anchor', [('name: VISOV\n', 'name: &nom VISOV\n')], ['{file}:9: parties[#2].name: Les ancres (&) et les renvois (*) ne s’emploient pas dans une convention. Écrivez la valeur en entier~; un texte qui commence ainsi se met entre guillemets.']),
    ('merge_key', [('map:\n', 'map:\n  <<: {delay_minutes: 3}\n')], ['{file}:53: map.<<: Les clés de fusion (<<) ne s’emploient pas dans une convention. Écrivez les clés en entier ici.']),
    ('custom_tag', [('name: VISOV\n', 'name: !!python/name:os.system VISOV\n')], ['{file}:9: parties[#2].name: Les étiquettes (!) ne s’emploient pas dans une convention. Écrivez la valeur seule ; un texte qui commence par ! se met entre guillemets.']),
    ('two_documents', [('exercise:\n  allowed: true', 'exercise:\n  allowed: true\n---\nid: autre')], ['{file}:59: fichier: Un second document commence ici (---). Écrivez une seule convention par fichier.']),
    ('tab', [('    role: vost', '\trole: vost')], ['{file}:10: fichier: La ligne commence par une tabulation. Mettez des espaces en retrait, deux par niveau.']),
    ('open_quote', [('telephone: "+33 0 00 00 00 00"', 'telephone: "+33 0 00 00 00 00')], ['{file}:21: fichier: Les guillemets ouverts ici ne se ferment pas sur la même ligne. Fermez-les à la fin du texte.']),
    ('open_bracket', [('missions: [monitoring, mapping]', 'missions: [monitoring, mapping')], ['{file}:14: fichier: Le crochet ou l’accolade ouverts ici ne sont pas fermés, ou il y manque une virgule. Écrivez [a, b]~; un texte avec virgules ou crochets se met entre guillemets.']),
    ('second_colon', [('name: Mastodon\n', 'name: Mastodon: piaille\n')], ['{file}:24: fichier: Un deux-points se trouve là où il n’en faut pas. Mettez entre guillemets un texte qui contient un deux-points, et vérifiez le retrait.']),
    ('missing_colon', [('schema_version: 1', 'schema_version: 1\nbonjour')], ['{file}:3: fichier: Cette ligne n’a pas de deux-points après sa clé. Écrivez la clé, deux-points, une espace, la valeur.']),
    ('reserved_character', [('name: VISOV\n', 'name: @visov\n')], ['{file}:9: fichier: La valeur commence par un caractère réservé par YAML. Mettez le texte entre guillemets.']),
    ('bad_indentation', [('  - name: VISOV\n    role: vost', '  - name: VISOV\n   role: vost')], ['{file}:10: fichier: Le retrait de cette ligne ne correspond à aucune ligne au-dessus. Alignez-la avec ses voisines, deux espaces par niveau.']),
    ('bad_escape', [('name: VISOV\n', 'name: "C:\\VISOV"\n')], ['{file}:9: fichier: Une barre oblique inverse entre guillemets doubles a un sens particulier. Employez des guillemets simples, ou écrivez deux barres.']),
    ('unprintable', [('name: VISOV\n', 'name: VIS\x07OV\n')], ['{file}:9: fichier: Il y a ici un caractère non imprimable. Effacez-le et retapez le texte.']),
    ('too_deep', [('queries: {domains: ["21"]}', 'queries: {domains: [[[[[[[[[[[[]]]]]]]]]]]]}')], ['{file}:36: fichier: Il y a trop de niveaux imbriqués. Une convention en demande 12 au plus.']),
    ('file_not_named_like_id', [('id: essai', 'id: autre')], ['{file}:3: id: L’identifiant «~autre~» n’est pas le nom du fichier. Écrivez id: essai, ou renommez le fichier.']),
    ('bad_id', [('id: piaille', 'id: Piaille Été')], ['{file}:23: sources[Piaille Été].id: «~Piaille Été~» n’est pas un identifiant. Écrivez des minuscules sans accent, des chiffres et des traits d’union~: cote-dor.']),
    ('bad_prefix', [('prefix: ES21', 'prefix: es-21')], ['{file}:4: prefix: «~es-21~» n’est pas un préfixe de références. Écrivez 2 à 8 majuscules ou chiffres, une majuscule d’abord~: CO21.']),
    ('reserved_prefix', [('prefix: ES21', 'prefix: EX')], ['{file}:4: prefix: EX est réservé aux références des exercices. Choisissez un autre préfixe, par exemple CO21.']),
    ('unknown_schema_version', [('schema_version: 1', 'schema_version: 2')], ['{file}:2: schema_version: 2 n’est pas connu ici. Mots connus~: 1.']),
    ('too_few_parties', [("  - name: Préfecture de la Côte-d'Or\n    role: prefecture\n", '')], ['{file}:6: parties: La liste compte 1 élément(s). Écrivez au moins 2.']),
    ('no_volunteers', [('role: vost', 'role: commune')], ['{file}:6: parties: Aucune partie n’apporte de volontaires. Donnez à une partie le rôle vost ou association.']),
    ('unknown_role', [('role: vost', 'role: vots')], ['{file}:10: parties[#2].role: «~vots~» n’est pas connu ici. Vouliez-vous dire «~vost~»~? Mots connus~: association, commune, department, fire_service, ministry, prefecture, vost, zone.']),
    ('empty_territory', [('  departments: ["21"]\n  communes: ["21231"]', '  all_france: false')], ['{file}:11: territory: Le territoire est vide. Nommez des départements ou des communes, ou écrivez all_france: true ou overseas: true.']),
    ('only_a_geocoder', [('  departments: ["21"]\n  communes: ["21231"]', '  geocoder: geoplateforme')], ['{file}:11: territory: Le territoire est vide. Nommez des départements ou des communes, ou écrivez all_france: true ou overseas: true.']),
    ('unknown_geocoder', [('  communes: ["21231"]', '  communes: ["21231"]\n  geocoder: geoplatforme')], ['{file}:14: territory.geocoder: «~geoplatforme~» n’est pas connu ici. Vouliez-vous dire «~geoplateforme~»~? Mots connus~: geoplateforme.']),
    ('no_such_department', [('departments: ["21"]', 'departments: ["21", "20"]')], ['{file}:12: territory.departments[#2]: Il n’y a pas de département 20. La Corse est "2A" et "2B"~; les codes d’outre-mer ont trois chiffres~: "971" à "989".']),
    ('department_name', [('departments: ["21"]', 'departments: [Landes, "21"]')], ['{file}:12: territory.departments[#1]: «~Landes~» n’est pas un code de département. Écrivez deux caractères, ou trois outre-mer, entre guillemets~: "01", "21", "2A", "974".']),
    ('commune_elsewhere', [('communes: ["21231"]', 'communes: ["21231", "40088"]')], ['{file}:13: territory.communes[#2]: La commune 40088 est dans le département 40, qui n’est pas dans la liste. Ajoutez "40" à departments, ou corrigez le code.']),
    ('postcode_too_long', [('communes: ["21231"]', 'communes: ["21 231"]')], ['{file}:13: territory.communes[#1]: «~21 231~» n’est pas un code INSEE de commune. Écrivez les cinq caractères du code INSEE (pas le code postal) entre guillemets~: "21231".']),
    ('unknown_mission', [('missions: [monitoring, mapping]', 'missions: [monitoring, maping]')], ['{file}:14: missions[#2]: «~maping~» n’est pas connu ici. Vouliez-vous dire «~mapping~»~? Mots connus~: mapping, monitoring, prudence_relay, solidarity_relay.']),
    ('mission_twice', [('missions: [monitoring, mapping]', 'missions: [monitoring, mapping, mapping]')], ['{file}:14: missions[#3]: «~mapping~» figure deux fois dans cette liste. N’en gardez qu’une occurrence~; la première est à la ligne 14.']),
    ('map_without_mission', [('missions: [monitoring, mapping]', 'missions: [monitoring]')], ['{file}:52: map: Il y a une carte mais pas de mission de cartographie. Ajoutez mapping à missions, ou supprimez map.']),
    ('mission_without_map', [('map:\n  delay_minutes: 15\n', '')], ['{file}:14: missions: La mission de cartographie n’a pas les règles de sa carte. Ajoutez map: avec delay_minutes: en dessous, ou supprimez mapping.']),
    ('relay_sheet', [('sheets: [log, team]', 'sheets: [log, relay]')], ['{file}:51: workbook.sheets[#2]: L’onglet relay demande une mission qui n’est pas confiée. Ajoutez prudence_relay ou solidarity_relay à missions, ou supprimez l’onglet.']),
    ('solidarity_sheet', [('missions: [monitoring, mapping]', 'missions: [monitoring, mapping, prudence_relay]'), ('sheets: [log, team]', 'sheets: [log, solidarity]')], ['{file}:51: workbook.sheets[#2]: L’onglet solidarity demande une mission qui n’est pas confiée. Ajoutez solidarity_relay à missions, ou supprimez l’onglet.']),
    ('no_coordinator', [('role: coordinator', 'role: press')], ['{file}:18: contacts: Aucun contact n’est le coordinateur. Ajoutez un contact avec role: coordinator~; une activation commence par cet appel.']),
    ('unreachable_coordinator', [('    telephone: "+33 0 00 00 00 00"\n', '')], ['{file}:19: contacts[#1]: Le coordinateur n’est joignable ni par téléphone ni par courriel. Ajoutez une ligne telephone: "+33 …" ou mail: ….']),
    ('no_such_zone', [('time_zones: [Europe/Paris]', 'time_zones: [Europe/Pari]')], ['{file}:50: workbook.time_zones[#1]: Le fuseau horaire «~Europe/Pari~» n’existe pas. Vouliez-vous dire «~Europe/Paris~»~?']),
    ('town_as_zone', [('time_zones: [Europe/Paris]', 'time_zones: [Martinique]')], ['{file}:50: workbook.time_zones[#1]: Le fuseau horaire «~Martinique~» n’existe pas. Vouliez-vous dire «~America/Martinique~»~?']),
    ('unknown_kind', [('kind: mastodon', 'kind: mastodonte')], ['{file}:25: sources[piaille].kind: Il n’y a pas de source du genre «~mastodonte~». Vouliez-vous dire «~mastodon~»~? Mots connus~: {kinds}.']),
    ('unknown_query', [('hashtags: [Crue21, Ouche]', 'hashtag: [Crue21, Ouche]')], ['{file}:28: sources[piaille].queries.hashtag: La clé «~hashtag~» n’est pas connue ici. Vouliez-vous dire «~hashtags~»~? Mots connus~: hashtags, local_only.']),
    ('query_of_wrong_type', [('hashtags: [Crue21, Ouche]', 'hashtags: Crue21')], ['{file}:28: sources[piaille].queries.hashtags: Une liste est attendue ici, pas «~Crue21~». Écrivez-le entre crochets~: ["Crue21"].']),
    ('unknown_check', [('check: text_present', 'check: text_presnt')], ['{file}:44: checks[text_presnt].check: Il n’y a pas de contrôle «~text_presnt~». Vouliez-vous dire «~text_present~»~? Mots connus~: address_well_formed, author_flood, language_expected, native_id_present, posted_at_plausible, text_length, text_present.']),
    ('bad_check_param', [('max_age_hours: 72', 'max_age_hours: three days')], ['{file}:48: checks[posted_at_plausible].params.max_age_hours: Un nombre entier est attendu ici, pas «~three days~». Écrivez seulement des chiffres, sans guillemets ni unité.']),
    ('unknown_lexicon', [('lexicons: [flood, storm]', 'lexicons: [flod, storm]')], ['{file}:42: lexicons[#1]: Il n’y a pas de lexique «~flod~». Vouliez-vous dire «~flood~»~? Mots connus~: fire, flood, needs, rumour, solidarity, storm, transport.']),
    ('source_twice', [('id: vigilance', 'id: piaille')], ['{file}:32: sources[piaille].id: «~piaille~» figure deux fois dans cette liste. N’en gardez qu’une occurrence~; la première est à la ligne 23.']),
    ('silence_too_short', [('silence_minutes: 15', 'silence_minutes: 1')], ['{file}:30: sources[piaille].silence_minutes: Le silence compte à partir de 1~min, mais la cadence est de 2~min. Écrivez au moins 2.']),
    ('budget_too_small', [('{requests: 60, per_minutes: 5}', '{requests: 2, per_minutes: 5}')], ['{file}:31: sources[piaille].budget: Le budget permet 2 requête(s) en 5~min, piaille.fr en demande 3. Écrivez requests: 3 ou plus, ou interrogez moins souvent.']),
    ('zero_cadence', [('cadence_minutes: 10', 'cadence_minutes: 0')], ['{file}:37: sources[vigilance].cadence_minutes: 0 est trop petit. Écrivez au moins 1.']),
    ('number_in_quotes', [('retention_days: 180', 'retention_days: "180"')], ['{file}:56: retention_days: Un nombre entier est attendu ici, pas «~180~». Écrivez-le sans guillemets~: 180.']),
    ('number_with_unit', [('retention_days: 180', 'retention_days: 180 jours')], ['{file}:56: retention_days: Un nombre entier est attendu ici, pas «~180 jours~». Écrivez seulement des chiffres, sans guillemets ni unité.']),
    ('list_expected', [('doors: [volunteer, partner]', 'doors: partner')], ['{file}:15: doors: Une liste est attendue ici, pas «~partner~». Écrivez-le entre crochets~: ["partner"].']),
    ('group_expected', [('exercise:\n  allowed: true', 'exercise: oui')], ['{file}:57: exercise: Un groupe de clés est attendu ici, pas «~oui~». Écrivez ses clés sur les lignes suivantes, en retrait de deux espaces.']),
    ('nothing_written', [('name: Mastodon\n', 'name:\n')], ['{file}:24: sources[piaille].name: Il n’y a rien d’écrit ici. Écrivez une valeur, ou supprimez la ligne.']),
    ('bad_address', [('address: https://piaille.fr', 'address: piaille.fr')], ['{file}:26: sources[piaille].address: «~piaille.fr~» n’est pas une adresse web. Écrivez-la en entier, sans nom d’utilisateur ni espace~: https://www.example.org/feed.']),
    ('literal_secret', [('"${env:METEOFRANCE_APIKEY}"', 'eyJhbGciOiJSUzI1NiJ9abc123')], ['{file}:41: sources[vigilance].secrets.apikey: Un secret est écrit en clair, ou son renvoi est mal écrit. Écrivez ${env:NAME} et définissez cette variable sur la machine.']),
    ('misspelt_reference', [('"${env:METEOFRANCE_APIKEY}"', '"$METEOFRANCE_APIKEY"')], ['{file}:41: sources[vigilance].secrets.apikey: Un secret est écrit en clair, ou son renvoi est mal écrit. Écrivez ${env:NAME} et définissez cette variable sur la machine.']),
    ('reference_outside_secrets', [('name: Mastodon\n', 'name: "${env:NOM}"\n')], ['{file}:24: sources[piaille].name: ${env:…} n’a pas d’effet ici. Ne l’écrivez que sous secrets d’une source.']),
    ('reference_to_own_key', [('METEOFRANCE_APIKEY', 'VIGIE_SECRET_KEY')], ['{file}:41: sources[vigilance].secrets.apikey: Cette variable appartient à l’installation et ne doit pas en sortir. Donnez à la source une variable à elle.']),
    ('user_info', [('https://piaille.fr', 'https://moi:motdepasse@piaille.fr')], ['{file}:26: sources[piaille].address: L’adresse contient un nom d’utilisateur ou un mot de passe. Supprimez ce qui précède le @~; les secrets vont sous secrets de la source.']),
    ('key_in_address', [('https://piaille.fr', 'https://piaille.fr/?apikey=abcd1234')], ['{file}:26: sources[piaille].address: Ceci ressemble à un secret écrit en clair. Supprimez-le et écrivez, sous secrets de sa source, nom: "${env:NAME}".']),
    ('token_as_query', [('hashtags: [Crue21, Ouche]', 'hashtags: [Crue21, Ouche]\n      access_token: abcdef')], ['{file}:29: sources[piaille].queries.access_token: Ceci ressemble à un secret écrit en clair. Supprimez-le et écrivez, sous secrets de sa source, nom: "${env:NAME}".']),
    ('random_text', [('name: Mastodon\n', 'name: x7Kq92LmZ04pTr81vWc5\n')], ['{file}:24: sources[piaille].name: Ceci ressemble à un secret écrit en clair. Supprimez-le et écrivez, sous secrets de sa source, nom: "${env:NAME}".']),
    ('bearer', [('name: Mastodon\n', 'name: Bearer abcdefghijkl\n')], ['{file}:24: sources[piaille].name: Ceci ressemble à un secret écrit en clair. Supprimez-le et écrivez, sous secrets de sa source, nom: "${env:NAME}".']),
    ('secret_in_comment', [('lexicons: [flood, storm]', 'lexicons: [flood, storm]  # apikey=abcd1234')], ['{file}:42: fichier: Un commentaire semble contenir un secret. Effacez-le, et faites changer le secret si le fichier a circulé.']),
    ('true_as_version', [('schema_version: 1', 'schema_version: true')], ['{file}:2: schema_version: Un nombre entier est attendu ici, pas true. Écrivez seulement des chiffres, sans guillemets ni unité.']),
    ('open_quote_at_end', [('name: VISOV\n', "name: 'VISOV\n"), ("Convention d'essai", 'Essai'), ("Côte-d'Or", 'Dijon')], ['{file}:9: fichier: Les guillemets ouverts ici ne sont jamais fermés. Fermez-les à la fin du texte.']),
    ('two_faults', [('prefix: ES21', 'prefix: es21'), ('retention_days: 180', 'retention_days: 0')], ['{file}:4: prefix: «~es21~» n’est pas un préfixe de références. Écrivez 2 à 8 majuscules ou chiffres, une majuscule d’abord~: CO21.', '{file}:56: retention_days: 0 est trop petit. Écrivez au moins 1.']),
    ('two_faults_of_two_sorts', [('doors: [volunteer, partner]', 'doors: [volonteer]'), ('allowed: true', 'allowed: on')], ['{file}:15: doors[#1]: «~volonteer~» n’est pas connu ici. Vouliez-vous dire «~volunteer~»~? Mots connus~: partner, volunteer.', '{file}:58: exercise.allowed: on sans guillemets peut vouloir dire vrai ou faux. Écrivez true ou false, ou bien, si c’est un mot, entre guillemets~: "on".']),
    ('two_faults_in_one_source', [('kind: vigilance', 'kind: vigilence'), ('cadence_minutes: 10', 'cadence_minutes: 90')], ['{file}:34: sources[vigilance].kind: Il n’y a pas de source du genre «~vigilence~». Vouliez-vous dire «~vigilance~»~? Mots connus~: {kinds}.', '{file}:38: sources[vigilance].silence_minutes: Le silence compte à partir de 60~min, mais la cadence est de 90~min. Écrivez au moins 90.']),
]

WHOLE_FILES: list[tuple[str, bytes, list[str]]] = [
    ('empty', b'', ['{file}:1: fichier: Le fichier est vide. Partez d’une des conventions existantes.']),
    ('only_comments', b'# rien\n', ['{file}:1: fichier: Le fichier est vide. Partez d’une des conventions existantes.']),
    ('a_list', b'- id: essai\n', ['{file}:1: fichier: Le fichier ne commence pas par une clé. Écrivez des clés et des valeurs, en commençant par schema_version: 1.']),
    ('a_word', b'bonjour\n', ['{file}:1: fichier: Le fichier ne commence pas par une clé. Écrivez des clés et des valeurs, en commençant par schema_version: 1.']),
    ('odd_key', b'? [a, b]\n: 1\n', ['{file}:1: fichier: Une liste ou un groupe de clés se trouve à la place d’une clé. Écrivez un mot, puis deux-points~; un texte avec crochets ou accolades se met entre guillemets.']),
    ('bom', b"\xef\xbb\xbf" + GOOD.encode("utf-8"), ['{file}:1: fichier: Le fichier commence par une marque invisible (BOM). Enregistrez-le en UTF-8 sans BOM.']),
    ('latin1', GOOD.encode("latin-1"), ['{file}:7: fichier: Le fichier n’est pas écrit en UTF-8. Enregistrez-le avec l’encodage UTF-8~; un accent est souvent en cause.']),
    ('utf16', GOOD.encode("utf-16"), ['{file}:1: fichier: Le fichier n’est pas écrit en UTF-8. Enregistrez-le avec l’encodage UTF-8~; un accent est souvent en cause.']),
    ('oversized', GOOD.encode("utf-8") + b"# " + b"x" * 270_000, ['{file}:1: fichier: Le fichier dépasse 256~ko. Une convention tient en quelques pages~: est-ce le bon fichier~?']),
    ('bom_and_fault', b"\xef\xbb\xbf" + GOOD.replace("prefix: ES21", "prefix: es").encode("utf-8"), ['{file}:1: fichier: Le fichier commence par une marque invisible (BOM). Enregistrez-le en UTF-8 sans BOM.', '{file}:4: prefix: «~es~» n’est pas un préfixe de références. Écrivez 2 à 8 majuscules ou chiffres, une majuscule d’abord~: CO21.']),
]
# fmt: on
