"""A game: a prefix of one letter, matches and who played in them with measures, events with milliseconds, purchases,
friends, items changed in the year 2099, players of guilds that are gone."""

from .expected import Schema

SQL = """
CREATE TABLE g_player (id INT AUTO_INCREMENT PRIMARY KEY, nick VARCHAR(32) NOT NULL UNIQUE,
  email VARCHAR(80) NOT NULL, pwd VARCHAR(80) NOT NULL, api_key CHAR(32), country CHAR(2), guild_id INT NOT NULL,
  level SMALLINT NOT NULL DEFAULT 1, gold BIGINT NOT NULL DEFAULT 0, last_login DATETIME NOT NULL,
  created_at DATETIME NOT NULL);
INSERT INTO g_player SELECT seq, CONCAT('Hero', seq), CONCAT('hero', seq, '@game.example'), CONCAT('argon2id$',
  MD5(CONCAT('g', seq))), MD5(CONCAT('key', seq)), 'BR', IF(seq % 4, 1 + seq % 20, 90 + seq),
  1 + seq % 60, seq * 100, '2024-03-01' + INTERVAL seq HOUR,
  '2022-11-01' + INTERVAL seq * 2 DAY FROM seq_1_to_150;
CREATE TABLE g_class (id TINYINT PRIMARY KEY, name VARCHAR(30) NOT NULL, attack SMALLINT NOT NULL,
  defence SMALLINT NOT NULL);
INSERT INTO g_class SELECT seq, CONCAT('Class ', seq), seq * 3, seq * 2 FROM seq_1_to_9;
CREATE TABLE g_map (id SMALLINT PRIMARY KEY, name VARCHAR(40) NOT NULL, width INT NOT NULL, height INT NOT NULL);
INSERT INTO g_map SELECT seq, CONCAT('Map ', seq), 512, 512 FROM seq_1_to_6;
CREATE TABLE g_item (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(60) NOT NULL, type VARCHAR(20) NOT NULL,
  price INT NOT NULL, icon BLOB, updated_at DATETIME NOT NULL, KEY (updated_at));
INSERT INTO g_item SELECT seq, CONCAT('Item ', seq), ELT(1 + seq % 3, 'weapon', 'armour', 'potion'), seq * 5,
  UNHEX('00FF'), IF(seq = 50, '2099-12-31', '2023-01-01' + INTERVAL seq DAY) FROM seq_1_to_50;
CREATE TABLE g_season (id SMALLINT PRIMARY KEY, title VARCHAR(40) NOT NULL, start_date DATE NOT NULL,
  end_date DATE NOT NULL);
INSERT INTO g_season SELECT seq, CONCAT('Season ', seq), '2022-12-01' + INTERVAL seq * 90 DAY,
  '2023-02-28' + INTERVAL seq * 90 DAY FROM seq_1_to_4;
CREATE TABLE g_guild (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, founded_on DATE NOT NULL, updated_at DATETIME);
INSERT INTO g_guild SELECT seq, CONCAT('Guild ', seq), '2022-12-01' + INTERVAL seq * 9 DAY, IF(seq % 2, NULL,
  '2024-01-01') FROM seq_1_to_20;
CREATE TABLE g_guild_member (guild_id INT NOT NULL, player_id INT NOT NULL, PRIMARY KEY (guild_id, player_id));
INSERT INTO g_guild_member SELECT 1 + seq % 20, seq FROM seq_1_to_140;
CREATE TABLE g_friend (player_id INT NOT NULL, friend_id INT NOT NULL, PRIMARY KEY (player_id, friend_id));
INSERT INTO g_friend SELECT 1 + seq % 150, 1 + (seq * 7 + 3) % 150 FROM seq_1_to_150;
CREATE TABLE g_match (id BIGINT AUTO_INCREMENT PRIMARY KEY, map_id SMALLINT NOT NULL,
  season_id SMALLINT NOT NULL DEFAULT 0, mode ENUM('duel', 'team', 'royale') NOT NULL, started_at DATETIME NOT NULL,
  ended_at DATETIME, winner_team TINYINT, seconds INT);
INSERT INTO g_match SELECT seq, 1 + seq % 6, IF(seq % 4, 1 + seq % 4, 0), ELT(1 + seq % 3, 'duel', 'team', 'royale'),
  '2023-01-05 18:00:00' + INTERVAL seq * 31 HOUR, IF(seq % 30, '2023-01-05 18:20:00' + INTERVAL seq * 31 HOUR, NULL),
  seq % 2, 1200 FROM seq_1_to_260;
CREATE TABLE g_match_player (match_id BIGINT NOT NULL, player_id INT NOT NULL, class_id TINYINT NOT NULL,
  team TINYINT NOT NULL, kills SMALLINT NOT NULL, deaths SMALLINT NOT NULL, score INT NOT NULL, PRIMARY KEY (match_id,
  player_id), FOREIGN KEY (match_id) REFERENCES g_match (id), FOREIGN KEY (player_id) REFERENCES g_player (id),
  FOREIGN KEY (class_id) REFERENCES g_class (id));
INSERT INTO g_match_player SELECT m.seq, 1 + (m.seq * 3 + p.seq * 37) % 150, 1 + m.seq % 9, p.seq % 2, m.seq % 12,
  p.seq % 9, m.seq * p.seq FROM seq_1_to_260 m JOIN seq_1_to_4 p;
CREATE TABLE g_event (id BIGINT AUTO_INCREMENT PRIMARY KEY, match_id BIGINT NOT NULL,
  player_id INT NOT NULL DEFAULT 0, item_id INT NOT NULL DEFAULT 0, type VARCHAR(20) NOT NULL,
  happened BIGINT NOT NULL, x FLOAT, y FLOAT, KEY (happened));
INSERT INTO g_event SELECT seq, 1 + seq % 260, IF(seq % 6, 1 + seq % 150, 0), IF(seq % 4, 0, 1 + seq % 50),
  ELT(1 + seq % 3, 'move', 'hit', 'pick'), 1673000000000 + seq * 41000000, seq % 512, seq % 500 FROM seq_1_to_800;
CREATE TABLE g_purchase (id INT AUTO_INCREMENT PRIMARY KEY, player_id INT NOT NULL, item_id INT NOT NULL,
  cents INT NOT NULL, currency CHAR(3) NOT NULL, purchased_at DATETIME NOT NULL, ip VARCHAR(45),
  user_agent VARCHAR(120));
INSERT INTO g_purchase SELECT seq, 1 + seq % 150, IF(seq % 100 = 0, 77, 1 + seq % 50), 99 + seq % 5 * 100, 'EUR',
  '2023-02-01 12:00:00' + INTERVAL seq * 20 HOUR, CONCAT('203.0.113.', seq % 250), 'Game/1.0' FROM seq_1_to_400;
CREATE TABLE g_leaderboard_cache (season_id SMALLINT NOT NULL, player_id INT NOT NULL, place INT NOT NULL,
  computed_at DATETIME NOT NULL, PRIMARY KEY (season_id, player_id));
INSERT INTO g_leaderboard_cache SELECT 1, seq, seq, '2024-01-01' FROM seq_1_to_100;
CREATE TABLE g_schema_migrations (version VARCHAR(20) PRIMARY KEY, applied_at DATETIME NOT NULL);
INSERT INTO g_schema_migrations SELECT 20230101000 + seq, '2023-01-01' + INTERVAL seq DAY FROM seq_1_to_20;
CREATE TABLE g_job_queue (id BIGINT AUTO_INCREMENT PRIMARY KEY, kind VARCHAR(30) NOT NULL, payload TEXT,
  run_at DATETIME NOT NULL, attempts INT NOT NULL DEFAULT 0);
INSERT INTO g_job_queue SELECT seq, 'mail', NULL, '2024-01-01' + INTERVAL seq MINUTE, 0 FROM seq_1_to_40;
"""

SCHEMA = Schema(
    "game", "matches, players in them, events", SQL,
    kinds="""
    fact        g_match                 started_at
    fact        g_match_player          g_match.started_at
    fact        g_event                 happened
    fact        g_purchase              purchased_at
    dimension   g_player
    dimension   g_class
    dimension   g_map
    dimension   g_item
    dimension   g_season
    dimension   g_guild
    bridge      g_guild_member
    bridge      g_friend
    excluded    g_leaderboard_cache
    excluded    g_schema_migrations
    excluded    g_job_queue
    """,
    references="""
    g_match.map_id -> g_map                  guessed
    g_match.season_id -> g_season            guessed
    g_match_player.player_id -> g_player     declared
    g_match_player.class_id -> g_class       declared
    g_event.player_id -> g_player            guessed
    g_event.item_id -> g_item                guessed
    g_purchase.player_id -> g_player         guessed
    g_purchase.item_id -> g_item             guessed
    """,
    never="""
    g_event.type -> g_item                   a column of no reference
    g_player.guild_id -> g_guild             a guess that the rows do not bear out
    g_player.id -> g_guild_member            parent to its own bridge
    g_guild.id -> g_guild_member             parent to its own bridge
    g_purchase.user_agent -> g_player        a column of no reference
    g_purchase.ip -> g_player                a column of no reference
    """,
    secrets="""
    g_player.pwd
    g_player.api_key
    """,
    persons="""
    g_player.email
    g_purchase.ip
    """)
