/* The limit: fetches every row of Atliqsale.transactions in the binary protocol (prepared statement, no cursor, unbuffered)
 * and throws it away. Usage: discard PORT CONNECTIONS ROWS; user and password "bench". */
#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 64, VALUE_BYTES = 256 };

struct part {
    unsigned port;
    long long low, high; /* low < id <= high; both 0: the whole table */
    unsigned long long rows;
};

static void fail(const char *what, const char *why) {
    fprintf(stderr, "discard: %s: %s\n", what, why);
    exit(1);
}

static void *fetch(void *argument) {
    struct part *part = argument;
    static __thread char values[COLUMNS_MAX][VALUE_BYTES];
    unsigned long lengths[COLUMNS_MAX];
    my_bool nulls[COLUMNS_MAX];
    MYSQL_BIND binds[COLUMNS_MAX];
    char sql[160];
    unsigned tcp = MYSQL_PROTOCOL_TCP;

    MYSQL *connection = mysql_init(NULL);
    mysql_options(connection, MYSQL_OPT_PROTOCOL, &tcp);
    if (!mysql_real_connect(connection, "127.0.0.1", "bench", "bench", "Atliqsale", part->port, NULL, 0))
        fail("connect", mysql_error(connection));
    MYSQL_STMT *statement = mysql_stmt_init(connection);
    if (part->high)
        snprintf(sql, sizeof sql, "SELECT * FROM transactions WHERE id > %lld AND id <= %lld", part->low, part->high);
    else
        snprintf(sql, sizeof sql, "SELECT * FROM transactions");
    if (mysql_stmt_prepare(statement, sql, strlen(sql)) || mysql_stmt_execute(statement))
        fail(sql, mysql_stmt_error(statement));

    unsigned columns = mysql_stmt_field_count(statement);
    if (columns > COLUMNS_MAX)
        fail(sql, "too many columns");
    MYSQL_RES *description = mysql_stmt_result_metadata(statement);
    MYSQL_FIELD *fields = mysql_fetch_fields(description);
    memset(binds, 0, sizeof binds);
    for (unsigned i = 0; i < columns; i++) {
        binds[i].buffer_type = fields[i].type;
        binds[i].buffer = values[i];
        binds[i].buffer_length = VALUE_BYTES;
        binds[i].length = &lengths[i];
        binds[i].is_null = &nulls[i];
    }
    if (mysql_stmt_bind_result(statement, binds))
        fail("bind", mysql_stmt_error(statement));
    int status;
    while ((status = mysql_stmt_fetch(statement)) == 0 || status == MYSQL_DATA_TRUNCATED)
        part->rows++;
    if (status != MYSQL_NO_DATA)
        fail("fetch", mysql_stmt_error(statement));
    mysql_free_result(description);
    mysql_stmt_close(statement);
    mysql_close(connection);
    return NULL;
}

int main(int count, char **words) {
    if (count != 4)
        fail("usage", "discard PORT CONNECTIONS ROWS");
    int connections = atoi(words[2]);
    long long rows = atoll(words[3]);
    unsigned long long total = 0;
    pthread_t *threads = calloc((size_t)connections, sizeof *threads);
    struct part *parts = calloc((size_t)connections, sizeof *parts);
    mysql_library_init(0, NULL, NULL);
    for (int i = 0; i < connections; i++) {
        parts[i].port = (unsigned)atoi(words[1]);
        if (connections > 1) {
            parts[i].low = rows * i / connections;
            parts[i].high = rows * (i + 1) / connections;
        }
        pthread_create(&threads[i], NULL, fetch, &parts[i]);
    }
    for (int i = 0; i < connections; i++) {
        pthread_join(threads[i], NULL);
        total += parts[i].rows;
    }
    printf("rows=%llu\n", total);
    if (total != (unsigned long long)rows)
        fail("rows", "not all rows came");
    return 0;
}
