<?php

/**
 * Writes on a new invoice what its services used. It reads tables and asks nobody: figures were fetched before.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Invoice
{
    /** Older figures (seconds) are not billed by. */
    private const OLDEST = 24 * 3600;

    /** While WHMCS makes the invoice, before it computes the totals. However often it runs, it writes once. */
    public static function created(int $invoice): void
    {
        $bases = self::baseLines($invoice);
        $services = array_filter(
            Services::described(array_keys($bases)),
            // A mailbox has its price. What is ordered has not been made yet, and used nothing.
            static fn (array $service): bool => $service['product'] === Product::Domain->word()
                && in_array($service['status'], ['Active', 'Suspended'], true)
        );
        if (!$services) {
            return;
        }
        if (!Tables::exist()) {
            throw new Problem("Invoice #$invoice: its lines are as WHMCS made them, since the module's tables are missing.");
        }
        $left = Capsule::connection()->transaction(static fn (): array => self::write($invoice, $services, $bases));
        foreach ($left as $service => $sentence) {
            Staff::log($sentence, $services[$service]['client']);
        }
    }

    /** @return array<int, list<object>> the lines that WHMCS made for hosting services, by service */
    private static function baseLines(int $invoice): array
    {
        $bases = [];
        $rows = Capsule::table('tblinvoiceitems')->where('invoiceid', $invoice)->where('type', 'Hosting')->orderBy('id');
        foreach ($rows->get() as $row) {
            $bases[(int) $row->relid][] = $row;
        }
        return $bases;
    }

    /**
     * @param array<int, array<string, mixed>> $services in order of their ids, so that two runs wait for one another
     * @param array<int, list<object>> $bases
     * @return array<int, string> sentences for staff, by service
     */
    private static function write(int $invoice, array $services, array $bases): array
    {
        $told = [];
        foreach ($services as $id => $service) {
            $figures = Figures::locked($id);
            if (Ledger::knows($invoice, $id)) {
                continue;
            }
            try {
                $statements = self::open(['id' => $id] + $service, $figures);
                $priced = self::priced($statements, $bases[$id]);
            } catch (Problem $why) {
                $told[$id] = "Invoice #$invoice, service $id ({$service['name']}): the line is as WHMCS made it, without "
                    . "what was used. {$why->getMessage()}";
                Ledger::add($invoice, $id, ['server' => $service['server'], 'note' => $told[$id]]);
                continue;
            }
            foreach ($priced as $place => [$base, $amounts]) {
                $written = self::writeLines($statements[$place], $base, $bases[$id][0], $amounts);
                $note = in_array(null, $amounts, true)
                    ? "Invoice #$invoice, service $id ({$service['name']}): the storage from {$statements[$place]->window} "
                        . 'is not charged, since WHMCS made no line for it.'
                    : '';
                Ledger::add($invoice, $id, $written + ['server' => $service['server'], 'note' => $note]);
                $told += array_filter([$id => $note]);
            }
            if ($priced) {
                Figures::take($id, $invoice);
            }
        }
        return $told;
    }

    /**
     * The statements to write; none for a service that the portal does not know, or that was never made.
     *
     * @param array<string, mixed> $service
     * @return list<Statement>
     * @throws Problem saying why there are none that could be written
     */
    private static function open(array $service, ?object $figures): array
    {
        $answer = $figures === null || $figures->answer === '' ? null : json_decode($figures->answer, true);
        if (($answer['error'] ?? null) === Figures::UNKNOWN) {
            return [];
        }
        if ($answer === null) {
            throw new Problem('The portal has not told its figures yet.');
        }
        if ((int) $figures->used !== 0) {
            throw new Problem("Its figures are on invoice #$figures->used already, and newer ones are not there yet.");
        }
        $age = time() - (int) $figures->as_of;
        if ($age < -self::OLDEST) {
            throw new Problem("The newest figures are of the future: this server's clock was set back.");
        }
        if ($age > self::OLDEST) {
            $hours = intdiv($age, 3600);
            throw new Problem("The newest figures are $hours hours old.");
        }
        if ($figures->currency !== $service['currency']['code']) {
            throw new Problem("The figures are in $figures->currency, which is not the client's currency any more.");
        }
        $statements = Statement::all($answer);
        foreach ($statements as $statement) {
            if ($statement->stale) {
                throw new Problem("The portal cannot tell what is owed from $statement->window: $statement->reason.");
            }
            // A portal whose database was restored has forgotten what it settled since.
            $before = Ledger::holder($service['id'], $statement);
            if ($before !== null) {
                Ledger::tellAgain($before);
                throw new Problem("A part of the time from $statement->window is on invoice #$before->invoice already.");
            }
        }
        return $statements;
    }

    /**
     * What each line of each statement costs. The newest statements go with the lines that WHMCS made, each with one.
     *
     * @param list<Statement> $statements
     * @param list<object> $bases
     * @return list<array{?object, list<?string>}> for each statement its base line, and an amount for each of its lines:
     *     null for storage that no base line is there for
     * @throws Problem
     */
    private static function priced(array $statements, array $bases): array
    {
        $earlier = max(0, count($statements) - count($bases));
        $priced = [];
        foreach ($statements as $place => $statement) {
            $base = $bases[$place - $earlier] ?? null;
            $amounts = array_map(
                static fn (array $line): ?string => match (true) {
                    $line['kind'] !== 'storage' => $line['amount'],
                    $base === null => null,
                    // The more is used, the more would be given away.
                    str_starts_with((string) $base->amount, '-') => throw new Problem(
                        "Its line is a refund ($base->amount), which is not multiplied."
                    ),
                    default => Money::times($base->amount, $line['quantity']),
                },
                $statement->lines
            );
            $priced[] = [$base, $amounts];
        }
        return $priced;
    }

    /**
     * @param ?object $base the line that becomes the storage's
     * @param object $like whose date, tax and method of payment the other lines take over
     * @param list<?string> $amounts
     * @return array<string, mixed> for the ledger
     */
    private static function writeLines(Statement $statement, ?object $base, object $like, array $amounts): array
    {
        $items = [];
        foreach ($statement->lines as $place => $line) {
            // WHMCS prints descriptions as HTML.
            $text = htmlspecialchars($line['description'], ENT_NOQUOTES | ENT_SUBSTITUTE);
            if ($line['kind'] !== 'storage') {
                // A second line with the service's type and id would renew the service twice.
                $item = Capsule::table('tblinvoiceitems')->insertGetId([
                    'invoiceid' => $like->invoiceid,
                    'userid' => $like->userid,
                    'type' => '',
                    'relid' => 0,
                    'description' => $text,
                    'amount' => $amounts[$place],
                    'taxed' => $like->taxed,
                    'duedate' => $like->duedate,
                    'paymentmethod' => $like->paymentmethod,
                    'notes' => '',
                ]);
            } elseif ($base !== null) {
                $item = (int) $base->id;
                Capsule::table('tblinvoiceitems')->where('id', $item)->update([
                    'description' => "$base->description\n$text",
                    'amount' => $amounts[$place],
                ]);
            } else {
                continue;
            }
            $items[$item] = $amounts[$place];
        }
        return [
            'statement' => $statement->id,
            'state' => 'written',
            'since' => $statement->since,
            'until' => $statement->until,
            'base_item' => (int) ($base ?? $like)->id,
            'base_amount' => (string) ($base->amount ?? ''),
            'base_text' => $base->description ?? '',
            'items' => json_encode((object) $items, JSON_THROW_ON_ERROR),
            'amounts' => json_encode($amounts, JSON_THROW_ON_ERROR),
        ];
    }
}
