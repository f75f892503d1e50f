<?php

/**
 * The disk use that WHMCS shows of each service of a server entry.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Usage
{
    private const AT_ONCE = 500;

    /**
     * @param list<int> $services
     * @return list<string> a sentence for each that is not known; what WHMCS has of it stays
     * @throws Problem
     */
    public static function update(Portal $portal, array $services): array
    {
        $unknown = [];
        foreach (array_chunk($services, self::AT_ONCE) as $some) {
            $answers = $portal->usage($some);
            foreach ($some as $id) {
                $answer = $answers[$id] ?? ['error' => 'no answer'];
                $at = strtotime(Whmcs::text($answer['as_of'] ?? ''));
                if (isset($answer['error']) || !is_numeric($answer['disk_mb'] ?? null) || $at === false) {
                    $unknown[] = "Service $id: " . Whmcs::text($answer['error'] ?? 'not understood') . '.';
                    continue;
                }
                $limit = $answer['disk_limit_mb'] ?? null;
                Capsule::table('tblhosting')->where('id', $id)->update([
                    'diskusage' => (int) round((float) $answer['disk_mb']),
                    'lastupdate' => date('Y-m-d H:i:s', $at),
                ] + (is_numeric($limit) ? ['disklimit' => (int) round((float) $limit)] : []));
            }
        }
        return $unknown;
    }
}
