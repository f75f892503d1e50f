<?php

/**
 * What customers chose when they ordered, as WHMCS gives it to functions in $params: configurable options, custom fields.
 */

declare(strict_types=1);

namespace WHMCS\Module\Server\Mailporch;

use WHMCS\Database\Capsule;

final class Ordered
{
    /** WHMCS's number for an option of which customers choose how many. */
    private const QUANTITY = 4;

    /**
     * @param list<int> $services
     * @return array<int, array<string, string>> by service: name of the option => what was chosen, or how many
     */
    public static function options(array $services): array
    {
        $rows = Capsule::table('tblhostingconfigoptions')->whereIn('relid', $services)->get();
        $options = self::byId('tblproductconfigoptions', $rows->pluck('configid')->all());
        $choices = self::byId('tblproductconfigoptionssub', $rows->pluck('optionid')->all());
        $found = [];
        foreach ($rows as $row) {
            $option = $options[$row->configid] ?? null;
            if ($option !== null) {
                $chosen = (int) $option->optiontype === self::QUANTITY
                    ? Whmcs::text($row->qty)
                    : self::key($choices[$row->optionid]->optionname ?? '');
                $found[(int) $row->relid][self::key($option->optionname)] = $chosen;
            }
        }
        return $found;
    }

    /**
     * @param list<int> $services
     * @return array<int, array<string, string>> by service: name of the field => what was typed
     */
    public static function fields(array $services): array
    {
        $rows = Capsule::table('tblcustomfieldsvalues')->whereIn('relid', $services)->get();
        $fields = self::byId('tblcustomfields', $rows->pluck('fieldid')->all());
        $found = [];
        foreach ($rows as $row) {
            $field = $fields[$row->fieldid] ?? null;
            // Clients and product add-ons have values too, under numbers of their own.
            if ($field !== null && $field->type === 'product') {
                $found[(int) $row->relid][self::key($field->fieldname)] = Whmcs::text($row->value);
            }
        }
        return $found;
    }

    /** WHMCS shows of "key|Label" the label, and gives the key to modules. */
    public static function key(mixed $name): string
    {
        return trim(explode('|', Whmcs::text($name))[0]);
    }

    /**
     * @param list<mixed> $ids
     * @return array<int, object>
     */
    private static function byId(string $table, array $ids): array
    {
        return Capsule::table($table)->whereIn('id', array_values(array_unique($ids)))->get()->keyBy('id')->all();
    }
}
