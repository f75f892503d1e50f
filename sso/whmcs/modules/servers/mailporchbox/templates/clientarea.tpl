{* The portal in a frame. The token is posted into it by frame.js, and without JavaScript by the button.
   The method stands on the button: WHMCS is said to put a field "token" of its own into every form whose tag says
   method="post", which would come before ours and give the portal a secret that is none of its business. *}
<div data-mailporch data-origin="{$portalOrigin|escape:'html':'UTF-8'}" data-page="{$page|escape:'html':'UTF-8'}">
    <form action="{$entrance|escape:'html':'UTF-8'}" target="{$frameName|escape:'html':'UTF-8'}">
        <input type="hidden" name="token" value="{$handOff|escape:'html':'UTF-8'}" autocomplete="off" data-hand-off>
        <button type="submit" formmethod="post" class="btn btn-primary">{$texts.open|escape:'html':'UTF-8'}</button>
    </form>
    <iframe name="{$frameName|escape:'html':'UTF-8'}" title="{$frameTitle|escape:'html':'UTF-8'}"
        allow="clipboard-write {$portalOrigin|escape:'html':'UTF-8'}" width="100%" height="720" frameborder="0"></iframe>
    <p class="text-right">
        <a href="{$newTab|escape:'html':'UTF-8'}" target="_blank" rel="noopener">
            {$texts.new_tab|escape:'html':'UTF-8'}
        </a>
    </p>
</div>
<script src="{$script|escape:'html':'UTF-8'}"></script>
