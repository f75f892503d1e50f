<?php

/**
 * In the cart, before anything is paid: whether a mailbox of that name can be had at all.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Cart
{
    /**
     * @param array<string, mixed> $vars what the customer sent; `customfield` by the fields' numbers
     * @return list<string> sentences for the customer
     */
    public static function faults(array $vars): array
    {
        $typed = array_filter((array) ($vars['customfield'] ?? []), is_int(...), ARRAY_FILTER_USE_KEY);
        if (!$typed) {
            return [];
        }
        $products = Capsule::table('tblproducts')->where('servertype', Product::Mailbox->value)->pluck('id')->all();
        $fields = Capsule::table('tblcustomfields')
            ->whereIn('id', array_keys($typed))
            ->where('type', 'product')
            ->whereIn('relid', $products)
            ->get();
        $texts = Language::texts(Whmcs::language());
        $faults = [];
        foreach ($fields as $field) {
            if (Ordered::key($field->fieldname) !== Mailbox::FIELD) {
                continue;
            }
            $handle = Handle::normal(Whmcs::text($typed[$field->id] ?? ''));
            $fault = Handle::fault($handle);
            if ($fault !== null) {
                $faults[] = sprintf($texts["handle_$fault"], htmlspecialchars($handle, ENT_QUOTES, 'UTF-8'));
            }
        }
        return $faults;
    }
}
