<?php

/**
 * What the portal has, in the words of WHMCS's server synchronisation.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Service\Status;

final class Accounts
{
    /**
     * Those in use. The portal's owner also gets the domains that no service has: that is what there is to import.
     *
     * @return list<array<string, string>>
     * @throws Problem
     */
    public static function all(Product $product, Portal $portal): array
    {
        $accounts = [];
        foreach ($portal->services() as $service) {
            $status = match ($service['status'] ?? null) {
                'active' => Status::ACTIVE,
                'suspended' => Status::SUSPENDED,
                default => null,
            };
            $name = Whmcs::text($service['name'] ?? '');
            $created = strtotime(Whmcs::text($service['created'] ?? ''));
            $mailbox = str_contains($name, '@');
            if ($status === null || $name === '' || $mailbox !== ($product === Product::Mailbox)) {
                continue;
            }
            $accounts[] = [
                'email' => Whmcs::text($service['email'] ?? ''),
                'username' => Whmcs::text($service['username'] ?? ''),
                'domain' => $name,
                'uniqueIdentifier' => $name,
                'product' => '',
                'primaryip' => '',
                'created' => $created === false ? '' : date('Y-m-d H:i:s', $created),
                'status' => $status,
            ];
        }
        return $accounts;
    }
}
