<?php

/**
 * The module's sentences in Brazilian Portuguese. %s is the name of the service; in the cron's, when it last ran.
 */

return [
    'frame_title' => 'E-mail de %s',
    'open' => 'Abrir as configurações de e-mail',
    'new_tab' => 'Abrir em uma nova aba',
    'no_access' => 'Seu usuário não pode abrir este serviço. O dono da conta pode dar a você a permissão de login único.',
    'unavailable' => 'As configurações de e-mail não podem ser abertas no momento. Tente novamente mais tarde ou abra um ticket.',
    'password_refused' => 'Esta senha não foi aceita. Ela precisa de pelo menos 10 caracteres, entre eles uma letra '
        . 'maiúscula, uma minúscula, um dígito e um caractere especial, sem espaços, e não pode ter sido usada antes.',
    'password_unchanged' => 'Não foi possível alterar a senha no momento. Tente novamente mais tarde ou abra um ticket.',
    'no_change' => 'Seu usuário não pode alterar este serviço. O dono da conta pode dar a você a permissão para isso.',
    'handle_empty' => 'Escolha a primeira parte do seu endereço de e-mail.',
    'handle_long' => 'A primeira parte do seu endereço de e-mail pode ter no máximo 64 caracteres.',
    'handle_characters' => '“%s” não pode ser a primeira parte do seu endereço de e-mail: ela pode ter as letras de a a z, '
        . 'dígitos, “.”, “_” e “-”, sem o @ e o que vem depois.',
    'handle_edges' => '“%s” não pode ser a primeira parte do seu endereço de e-mail: ela precisa começar e terminar com uma '
        . 'letra ou um dígito.',
    'handle_separators' => '“%s” não pode ser a primeira parte do seu endereço de e-mail: entre dois dos sinais “.”, “_” e '
        . '“-” precisa haver uma letra ou um dígito.',
    'handle_reserved' => '“%s” é reservado. Escolha outra primeira parte para o seu endereço de e-mail.',
    'console_open' => 'Abrir o console',
    'admin_row' => 'Portal de e-mail',
    'admin_open' => 'Abrir como administrador',
    'admin_hint' => 'Nova aba. O link funciona uma única vez e por 90 segundos; recarregue esta página para obter outro.',
    'admin_state' => 'Estado',
    'admin_usage' => 'Uso',
    'admin_dns' => 'DNS',
    'admin_last_error' => 'Último erro',
    'admin_last_activity' => 'Última atividade',
    'admin_finish' => '“Concluir as etapas com falha” retoma o que ficou.',
    'state_active' => 'Ativo',
    'state_suspended' => 'Suspenso',
    'state_terminated' => 'Encerrado',
    'state_failed' => 'Inacabado',
    'state_pending' => 'Ainda não criado',
    'usage_never_read' => 'Ainda não lido. O worker do portal o lê várias vezes por dia.',
    'usage_mailboxes' => 'caixas de correio',
    'usage_aliases' => 'aliases',
    'usage_eas' => 'ActiveSync',
    'usage_mapi' => 'MAPI',
    'dns_ok' => 'configurado',
    'dns_missing' => 'não configurado (ausente)',
    'dns_wrong' => 'não configurado (incorreto)',
    'dns_conflict' => 'não configurado (conflito)',
    'dns_unknown' => 'ainda desconhecido',
    'dns_off' => 'desativado',
    'admin_warnings' => 'A verificar',
    'unbilled' => 'O que foi usado de %s a %s não está em nenhuma fatura e não será cobrado por si só.',
    'hooks_never_seen_domain' => 'O WHMCS não encontrou os hooks deste módulo: nada é cobrado por uso. Clique uma vez em '
        . '“Save Changes” nas Module Settings de um produto.',
    'cron_never_seen_domain' => 'O cron do WHMCS nunca foi visto: nada é cobrado por uso até que ele rode a cada cinco minutos.',
    'cron_overdue_domain' => 'O cron do WHMCS foi visto pela última vez em %s: ele deveria rodar a cada cinco minutos. '
        . 'Números com mais de um dia não são cobrados.',
    'hooks_never_seen_mailbox' => 'O WHMCS não encontrou os hooks deste módulo: os nomes não são verificados no carrinho. '
        . 'Clique uma vez em “Save Changes” nas Module Settings de um produto.',
    'cron_never_seen_mailbox' => 'O cron do WHMCS nunca foi visto: o portal não fica sabendo do que muda no WHMCS até que '
        . 'ele rode a cada cinco minutos.',
    'cron_overdue_mailbox' => 'O cron do WHMCS foi visto pela última vez em %s: ele deveria rodar a cada cinco minutos. O '
        . 'portal não fica sabendo do que muda no WHMCS.',
    'button_usage' => 'Atualizar o uso',
    'button_finish' => 'Concluir as etapas com falha',
    'button_register' => 'Registrar o existente',
    'button_password' => 'Nova senha do administrador oculto',
    // As configurações do módulo em um produto.
    'setting_tier_gb' => 'GB por faixa de armazenamento',
    'setting_tier_gb_help' => 'O armazenamento é cobrado em faixas deste tamanho.',
    'setting_eas_price' => 'Preço do ActiveSync',
    'setting_eas_price_help' => 'Por caixa de correio com ActiveSync e mês: 2.00 para todas as moedas, ou CAD 2.00, USD 1.60.',
    'setting_mapi_price' => 'Preço do MAPI',
    'setting_mapi_price_help' => 'Por caixa de correio com MAPI e mês: 2.00 para todas as moedas, ou CAD 2.00, USD 1.60.',
    'setting_combined_price' => 'Preço combinado',
    'setting_combined_price_help' => 'Por caixa de correio com ambos os protocolos e mês: 2.00 para todas as moedas, ou CAD '
        . '2.00, USD 1.60. 0: a soma dos dois preços.',
    'setting_domain_path' => 'Caminho de armazenamento',
    'setting_domain_path_help' => 'No servidor de e-mail. Vazio: ao lado dos outros domínios dele.',
    'setting_outbound_ip' => 'IP de saída',
    'setting_outbound_ip_help' => '“default” ou um endereço IP do servidor de e-mail.',
    'setting_max_users' => 'Caixas de correio',
    'setting_max_users_help' => 'Quantas o cliente pode ter. 0: sem limite.',
    'setting_delete_data' => 'Excluir os dados',
    'setting_delete_data_help' => 'Excluir os arquivos quando o serviço é encerrado.',
    'setting_password_min_length' => 'Comprimento da senha',
    'setting_password_min_length_help' => 'A senha mais curta de uma caixa de correio.',
    'setting_password_upper' => 'Senha: maiúscula',
    'setting_password_upper_help' => 'Exigir uma letra maiúscula.',
    'setting_password_digit' => 'Senha: dígito',
    'setting_password_digit_help' => 'Exigir um dígito.',
    'setting_password_special' => 'Senha: caractere especial',
    'setting_password_special_help' => 'Exigir um de ! @ # $ % ^ & * - _ = +',
    'setting_spf_primary' => 'Mecanismo SPF',
    'setting_spf_primary_help' => 'Recomendado aos clientes: include:mail.example.com',
    'setting_offer_eas' => 'Oferecer ActiveSync',
    'setting_offer_eas_help' => 'Os clientes podem ativá-lo em uma caixa de correio.',
    'setting_offer_mapi' => 'Oferecer MAPI',
    'setting_offer_mapi_help' => 'Os clientes podem ativá-lo em uma caixa de correio.',
    'setting_activation_days' => 'Cobrado depois de (dias)',
    'setting_activation_days_help' => 'Um protocolo é cobrado por um mês em que ficou ativado por este tempo. 0: se está '
        . 'ativado no fim do mês.',
    'setting_max_domain_aliases' => 'Aliases de domínio',
    'setting_max_domain_aliases_help' => 'Quantos são permitidos. 0: não oferecidos.',
    'setting_spf_secondary' => 'Outros mecanismos SPF',
    'setting_spf_secondary_help' => 'Também aceitos; separe por vírgulas.',
    'setting_autodiscover_host' => 'Host do Autodiscover',
    'setting_autodiscover_host_help' => 'Vazio: o nome público do servidor de e-mail.',
    'setting_autodiscover_srv' => 'SRV do Autodiscover',
    'setting_autodiscover_srv_help' => 'Vazio: o nome público do servidor de e-mail.',
    'setting_check_dmarc' => 'Verificar DMARC',
    'setting_check_dmarc_help' => 'Mostrar aos clientes o estado do registro DMARC deles.',
    'setting_dmarc_rua' => 'Relatórios DMARC para',
    'setting_dmarc_rua_help' => 'Endereço sugerido para relatórios agregados.',
    'setting_dmarc_policy' => 'Política DMARC',
    'setting_dmarc_policy_help' => 'Sugerida aos clientes.',
    'setting_server' => 'Servidor de e-mail',
    'setting_server_help' => 'Os servidores de e-mail que o portal tem para este WHMCS.',
    'setting_allowed_domains' => 'Domínios permitidos',
    'setting_allowed_domains_help' => 'Seus domínios em que se vendem caixas de correio; separe por vírgulas: example.com, '
        . 'example.org',
    'setting_account_type' => 'Tipo de conta',
    'setting_account_type_help' => 'A opção configurável “Account Type” o substitui.',
    'setting_quota_gb' => 'Cota em GB',
    'setting_quota_gb_help' => 'A opção configurável “Mailbox Quota (GB)” a substitui.',
    'setting_max_aliases' => 'Aliases',
    'setting_max_aliases_help' => 'Quantos o cliente pode ter. 0: sem limite. off: não oferecidos.',
    'setting_external_forwards' => 'Encaminhamento externo',
    'setting_external_forwards_help' => 'Aliases e listas podem levar a endereços fora do domínio da caixa de correio.',
    'setting_timezone' => 'Fuso horário',
    'setting_timezone_help' => 'Do webmail: America/Montreal',
    'setting_date_format' => 'Formato de data',
    'setting_date_format_help' => 'Do webmail: yyyy-mm-dd',
    'setting_language' => 'Idioma',
    'setting_language_help' => 'Do webmail.',
    'setting_max_lists' => 'Listas de distribuição',
    'setting_max_lists_help' => 'Quantas o cliente pode ter. 0: sem limite. off: não oferecidas.',

    // O que a equipe lê quando algo está errado.
    'error_no_curl' => 'Falta a este PHP a extensão cURL, com que o módulo chama o portal. Peça que ela seja instalada '
        . '(php-curl) e ativada.',
    'error_no_such_host' => 'O nome de host de %s não existe ou não pode ser resolvido. Verifique o nome de host da entrada '
        . 'de servidor.',
    'error_down' => 'Nada responde em %s: o portal está parado, ou há um firewall no meio. Verifique o nome de host e a '
        . 'porta, se o portal está rodando e se esta máquina pode se conectar a ele.',
    'error_slow' => 'O portal em %s não respondeu a tempo (%s segundos). Ele ainda pode estar trabalhando: tente novamente '
        . 'em um minuto, toda chamada pode ser repetida.',
    'error_connection' => 'A conexão com %s falhou: %s. Verifique se “Secure” está marcado na entrada de servidor e se o '
        . 'certificado do portal é válido.',
    'error_clock_ahead' => 'O relógio deste WHMCS está %s segundos adiantado em relação ao do portal. Acerte os dois por NTP.',
    'error_clock_behind' => 'O relógio deste WHMCS está %s segundos atrasado em relação ao do portal. Acerte os dois por NTP.',
    'error_clocks' => 'Os relógios deste WHMCS e do portal são diferentes. Acerte os dois por NTP.',
    'error_other_name' => 'O portal não se chama %s, ou algo no meio modifica as chamadas. O nome de host e a porta devem '
        . 'ser os da configuração PORTAL_BASE_URL dele.',
    'error_not_signed' => 'O portal não conhece este nome de usuário (tenant), ou a senha não é a chave dele. Informe os '
        . 'dois de novo como “tenant add” os mostrou.',
    'error_own_fault' => 'O portal em %s tem uma falha própria (HTTP %s). O log dele diz mais em %s.',
    'error_not_the_portal' => 'O que responde em %s não é o portal. Verifique o nome de host e a porta.',
    'error_refused_call' => 'O portal em %s recusou a chamada (HTTP %s). Verifique o nome de host e a porta.',
    'error_refused' => 'O portal recusou: %s',
    'error_advice_unknown-service' => 'Clique em “Registrar o existente” se o domínio ou a caixa de correio já está no '
        . 'servidor de e-mail; senão, em “Create”.',
    'error_advice_not-yours' => 'Se for deste cliente, informe o nome de usuário e a senha do administrador do domínio, ou '
        . 'a senha da caixa de correio, na página do serviço e clique em “Registrar o existente”.',
    'error_advice_taken' => 'Dois serviços não podem ter o mesmo domínio ou a mesma caixa de correio: corrija aqui ou '
        . 'encerre o outro serviço.',
    'error_advice_plan' => 'Corrija nas Module Settings do produto ou na opção configurável.',
    'error_advice_no-server' => 'Escolha o “Servidor de e-mail” nas Module Settings do produto.',
    'error_advice_again' => 'Quando o servidor de e-mail voltar a responder, clique de novo no mesmo botão.',
    'error_advice_log' => 'O log do portal diz mais em %s.',
    'error_host_name' => 'O nome de host da entrada de servidor deve ser o do portal, como portal.example.com.',
    'error_user_name' => 'O nome de usuário da entrada de servidor deve ser o nome curto do seu tenant no portal.',
    'error_no_key' => 'A senha da entrada de servidor não é uma chave do portal (43 letras, dígitos, “_” ou “-”). Cole a '
        . 'chave de novo.',
    'error_other_tenant' => 'A resposta de %s não se destina a este WHMCS.',
    'error_no_mail_server' => 'O portal funciona, mas ainda não tem um servidor de e-mail para este WHMCS.',
    'error_mail_servers' => 'O portal funciona, mas nem todos os servidores de e-mail. %s',
    'error_silent' => 'A lista não estaria completa: estes servidores de e-mail não responderam: %s.',
    'error_no_right' => 'Não foi possível criar a tabela %s: o usuário do banco de dados do WHMCS precisa da permissão %s '
        . 'no banco de dados do WHMCS. Até lá, nenhum uso é cobrado. O banco de dados respondeu: %s',
    'error_addon' => 'Este módulo é para produtos, não para complementos de produtos.',
    'error_which_service' => 'O WHMCS não disse qual é o serviço.',
    'error_no_domain' => 'Este serviço não tem domínio. Informe-o na página do serviço.',
    'error_no_mailbox' => 'Este serviço ainda não tem caixa de correio. Preencha o campo personalizado “Mailbox” na página '
        . 'do serviço e clique em “Create”.',
    'error_not_ours' => 'O WHMCS não tem nenhum serviço %s deste módulo.',
    'error_other_state' => 'O portal diz que o estado do serviço agora é %s. A página dele no portal mostra as etapas; '
        . '“Concluir as etapas com falha” as retoma.',
    'error_not_kept' => 'O servidor de e-mail o tem, mas o WHMCS não conseguiu guardar o acesso do administrador oculto: o '
        . 'log de módulos diz por quê. Faça o mesmo de novo: um novo é criado.',
    'error_address_not_kept' => 'O servidor de e-mail tem a caixa de correio, mas o WHMCS não conseguiu guardar o endereço '
        . 'dela: o log de módulos diz por quê. Faça o mesmo de novo.',
    'error_not_text' => 'Um nome ou uma configuração deste serviço não pode ser enviado: %s.',
    'error_too_long' => 'As configurações deste produto são longas demais para serem passadas ao portal.',
    'error_system_url' => 'A System URL do WHMCS (General Settings) deve começar com https://.',
    'error_admin_area' => 'O console só abre pela área de administração.',
    'error_unexpected' => 'O módulo falhou de forma inesperada; o log de módulos diz onde.',
];
