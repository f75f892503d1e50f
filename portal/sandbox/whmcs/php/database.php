<?php

/**
 * WHMCS's database access as far as the module uses it: Illuminate's names and behaviour, on a SQLite file.
 *
 * Values come back as text, as older MySQL drivers give them; what the module must not rely on is missing.
 */

declare(strict_types=1);

namespace WHMCS\Database;

final class Capsule
{
    private static ?\PDO $pdo = null;

    public static function open(string $file): void
    {
        self::$pdo = new \PDO("sqlite:$file", null, null, [
            \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION,
            \PDO::ATTR_STRINGIFY_FETCHES => true,
            \PDO::ATTR_TIMEOUT => 10,
        ]);
        self::$pdo->exec('pragma synchronous = off');
    }

    public static function table(string $name): Query
    {
        return new Query(self::$pdo, $name);
    }

    public static function connection(): Connection
    {
        return new Connection(self::$pdo);
    }

    public static function schema(): Connection
    {
        return new Connection(self::$pdo);
    }
}

/** As Illuminate's: the driver's own words are in the error before it. */
final class QueryException extends \PDOException
{
    public function __construct(string $sql, \Throwable $previous)
    {
        parent::__construct("{$previous->getMessage()} (SQL: $sql)", 0, $previous);
    }
}

final class Connection
{
    public function __construct(private readonly \PDO $pdo)
    {
    }

    public function transaction(\Closure $work): mixed
    {
        $this->pdo->exec('begin immediate');
        try {
            $result = $work($this);
        } catch (\Throwable $error) {
            $this->pdo->exec('rollback');
            throw $error;
        }
        $this->pdo->exec('commit');
        return $result;
    }

    public function statement(string $sql): bool
    {
        $refused = \Stage::$call['create_refused'] ?? null;
        if ($refused !== null && stripos($sql, 'create') === 0) {
            throw new QueryException($sql, new \PDOException($refused));
        }
        $this->pdo->exec($sql);
        return true;
    }

    public function hasTable(string $name): bool
    {
        return Capsule::table('sqlite_master')->where('type', 'table')->where('name', $name)->exists();
    }
}

final class Query
{
    private array $conditions = [];
    private array $values = [];
    private string $order = '';

    public function __construct(private readonly \PDO $pdo, private readonly string $table)
    {
    }

    public function where(string $column, mixed ...$test): static
    {
        [$operator, $value] = count($test) === 2 ? $test : ['=', $test[0]];
        if (!in_array($operator, ['=', '<', '>', '<=', '>=', '<>'], true) || !is_scalar($value)) {
            throw new \LogicException("where: $column $operator");
        }
        $this->conditions[] = "\"$column\" $operator ?";
        $this->values[] = $value;
        return $this;
    }

    public function whereIn(string $column, array $values): static
    {
        $this->conditions[] = "\"$column\" in (" . implode(', ', array_fill(0, count($values), '?')) . ')';
        array_push($this->values, ...array_values($values));
        return $this;
    }

    public function orderBy(string $column): static
    {
        $this->order = " order by \"$column\"";
        return $this;
    }

    /** A transaction of this stand-in has the whole file to itself. */
    public function lockForUpdate(): static
    {
        return $this;
    }

    public function get(): Rows
    {
        $found = $this->run("select * from $this->table" . $this->conditions() . $this->order, $this->values);
        return new Rows($found->fetchAll(\PDO::FETCH_OBJ));
    }

    public function first(): ?object
    {
        return $this->get()->all()[0] ?? null;
    }

    public function exists(): bool
    {
        return $this->first() !== null;
    }

    public function pluck(string $column, ?string $key = null): Rows
    {
        return $this->get()->pluck($column, $key);
    }

    public function insert(array $row): bool
    {
        $columns = '"' . implode('", "', array_keys($row)) . '"';
        $places = implode(', ', array_fill(0, count($row), '?'));
        $this->run("insert into $this->table ($columns) values ($places)", array_values($row));
        return true;
    }

    public function insertGetId(array $row): int
    {
        $this->insert($row);
        return (int) $this->pdo->lastInsertId();
    }

    public function update(array $change): int
    {
        $set = implode(', ', array_map(static fn (string $column): string => "\"$column\" = ?", array_keys($change)));
        $sql = "update $this->table set $set" . $this->conditions();
        return $this->run($sql, [...array_values($change), ...$this->values])->rowCount();
    }

    public function delete(): int
    {
        return $this->run("delete from $this->table" . $this->conditions(), $this->values)->rowCount();
    }

    private function conditions(): string
    {
        return $this->conditions ? ' where ' . implode(' and ', $this->conditions) : '';
    }

    private function run(string $sql, array $values): \PDOStatement
    {
        try {
            $query = $this->pdo->prepare($sql);
            foreach ($values as $place => $value) {
                $kind = match (true) {
                    $value === null => \PDO::PARAM_NULL,
                    is_int($value) => \PDO::PARAM_INT,
                    default => \PDO::PARAM_STR,
                };
                $query->bindValue($place + 1, $value, $kind);
            }
            $query->execute();
            return $query;
        } catch (\PDOException $error) {
            throw new QueryException($sql, $error);
        }
    }
}

/** Illuminate's Collection. */
final class Rows implements \IteratorAggregate
{
    public function __construct(private readonly array $rows)
    {
    }

    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->rows);
    }

    public function all(): array
    {
        return $this->rows;
    }

    public function pluck(string $column, ?string $key = null): self
    {
        return new self(array_column($this->rows, $column, $key));
    }

    public function keyBy(string $column): self
    {
        return new self(array_column($this->rows, null, $column));
    }

    public function map(callable $change): self
    {
        return new self(array_map($change, $this->rows));
    }
}
