// Behaviour of every page: dialogs and the popup on the widgets page, a mark that the shop is ready.
const answer = (text) => { document.querySelector('#answer').textContent = text; };
document.querySelector('#alert')?.addEventListener('click', () => { alert('Careful, hot!'); answer('alerted'); });
document.querySelector('#confirm')?.addEventListener('click', () => answer(confirm('Really?') ? 'yes' : 'no'));
document.querySelector('#prompt')?.addEventListener('click', () => answer(prompt('Your name?', 'nobody') ?? 'cancelled'));
document.querySelector('#popup')?.addEventListener('click', () => window.open('/popup', '_blank', 'width=480,height=360'));
performance.mark('shop-ready');
console.info('shop is ready');
