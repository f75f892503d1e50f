<?php

/**
 * A statement as the portal told it: what a service owes for a window of time.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

final class Statement
{
    private const KINDS = ['storage', 'eas', 'mapi', 'combined'];
    private const REASONS = [
        'no-reading' => 'its disk use was never read',
        'old-reading' => 'its disk use was last read more than two days before',
        'no-price' => "a price is listed for other currencies than the client's",
        'not-configured' => 'a module setting of its product has no meaning',
    ];

    /** @param list<array{kind: string, description: string, quantity: int, amount: ?string}> $lines */
    private function __construct(
        public readonly string $id,
        public readonly int $since,
        public readonly int $until,
        public readonly string $window,
        public readonly bool $stale,
        public readonly string $reason,
        public readonly array $lines
    ) {
    }

    /**
     * @param array<string, mixed> $answer the portal's for one service
     * @return list<self> oldest first
     * @throws Problem when it is not as sso/README.md says: then nothing of it is billed
     */
    public static function all(array $answer): array
    {
        if (!is_array($answer['statements'] ?? null)) {
            throw new Problem('The portal answered statements in a form that this module does not know.');
        }
        $all = array_map(self::read(...), array_values($answer['statements']));
        foreach (array_slice($all, 1) as $place => $later) {
            if ($later->since < $all[$place]->until) {
                throw new Problem('The portal answered statements of the same time.');
            }
        }
        return $all;
    }

    private static function read(mixed $told): self
    {
        $id = is_array($told) && is_scalar($told['id'] ?? null) ? (string) $told['id'] : '';
        $lines = $told['lines'] ?? null;
        $since = strtotime(Whmcs::text($told['from'] ?? ''));
        $until = strtotime(Whmcs::text($told['to'] ?? ''));
        $known = preg_match('/^[A-Za-z0-9._-]{1,64}$/D', $id)
            && $since !== false
            && $since < $until
            && in_array($told['state'] ?? null, ['ok', 'stale'], true)
            && is_array($lines)
            && count(array_keys(array_column($lines, 'kind'), 'storage', true)) <= 1;
        if (!$known) {
            throw new Problem('The portal answered a statement in a form that this module does not know.');
        }
        $window = self::minute($told['from'] ?? '') . ' to ' . self::minute($told['to'] ?? '');
        $stale = $told['state'] === 'stale';
        $reason = Whmcs::text($told['reason'] ?? '');
        $reason = self::REASONS[$reason] ?? ($reason === '' ? 'it does not say why' : $reason);
        // What is stale is not billed, so its lines need not be whole.
        $lines = $stale ? [] : array_map(self::line(...), array_values($lines));
        return new self($id, $since, $until, $window, $stale, $reason, $lines);
    }

    private static function minute(mixed $time): string
    {
        return strtr(substr(Whmcs::text($time), 0, 16), 'T', ' ');
    }

    /** @return array{kind: string, description: string, quantity: int, amount: ?string} */
    private static function line(mixed $told): array
    {
        $known = is_array($told)
            && in_array($told['kind'] ?? null, self::KINDS, true)
            && is_string($told['description'] ?? null)
            && is_int($told['quantity'] ?? null)
            && $told['quantity'] > 0;
        if (!$known) {
            throw new Problem('The portal answered a line of a statement in a form that this module does not know.');
        }
        return [
            'kind' => $told['kind'],
            'description' => $told['description'],
            'quantity' => $told['quantity'],
            'amount' => $told['kind'] === 'storage' ? null : Money::times($told['amount'] ?? null, 1),
        ];
    }
}
